import { type KubeConfig, VersionApi } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { apiOf } from './bounded-api';
import { type ClockOffset } from './clock-offset';

/** A probe without an answer after this long has failed. */
const probeTimeoutMs = 3000;

const answerSchema = z.looseObject({
  code: z.number().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

/** Notes the server's clock from an answer's headers, if they tell it. */
export function noteDate(
  clock: ClockOffset,
  headers: Readonly<Record<string, string>> | undefined,
  askedMs: number,
): void {
  const dateMs = Date.parse(headers?.date ?? '');
  if (Number.isFinite(dateMs)) clock.add({ askedMs, answeredMs: steadyNow(), dateMs });
}

/**
 * Asks the API server for its version, the cheapest question that every account may ask. True if it answered, be it
 * with a refusal; its clock is noted.
 */
export async function probe(config: KubeConfig, clock: ClockOffset): Promise<boolean> {
  const askedMs = steadyNow();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), probeTimeoutMs);
  });
  const answer = apiOf(config, VersionApi)
    .getCodeWithHttpInfo()
    .catch((error: unknown) => error)
    .then((given: unknown) => {
      const { code = 200, headers } = answerSchema.safeParse(given).data ?? { code: 500 };
      if (given instanceof Error && headers === undefined) return false;
      noteDate(clock, headers, askedMs);
      return code < 500;
    });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}

const lookEveryMs = 250;

/** Watches over a connection that may be silent by right: asks the server now and then whether it lives. */
export class ProofOfLife {
  /** The last proof, Unix ms. */
  provenMs = steadyNow();
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private silent = false;

  constructor(
    private readonly options: {
      ask: () => Promise<boolean>;
      /** Asked once so long has passed since the last proof. */
      everyMs: number;
      /** Without a proof for so long the server is silent. */
      unprovenMs: number;
      onSilence: () => void;
      /** The server answers again. */
      onBack: () => void;
    },
  ) {}

  /** Something came from the server. */
  prove(atUnixMs = steadyNow()): void {
    this.provenMs = Math.max(this.provenMs, atUnixMs);
    this.silent = false;
  }

  start(): void {
    this.stop();
    this.silent = false;
    this.timer = setInterval(() => this.look(), lookEveryMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    const { everyMs, unprovenMs, onSilence } = this.options;
    const sinceMs = steadyNow() - this.provenMs;
    if (sinceMs >= everyMs && !this.asking) void this.ask();
    if (sinceMs < unprovenMs || this.silent) return;
    this.silent = true;
    onSilence();
  }

  private async ask(): Promise<void> {
    this.asking = true;
    const alive = await this.options.ask();
    this.asking = false;
    if (!alive || this.timer === undefined) return;
    const wasSilent = this.silent;
    this.prove();
    if (wasSilent) this.options.onBack();
  }
}
