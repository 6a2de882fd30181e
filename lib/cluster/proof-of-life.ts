import { type KubeConfig } from '@kubernetes/client-node';
import { steadyNow } from '@/lib/environment/steady-clock';
import { readPath } from './bounded-api';
import { type ClockOffset } from './clock-offset';

/** A probe without an answer after this long has failed. */
const probeTimeoutMs = 3000;

/** Notes the server's clock from an answer's headers, if they tell it. */
export function noteDate(
  clock: ClockOffset,
  headers: Readonly<Record<string, string>>,
  askedMs: number,
): void {
  const dateMs = Date.parse(headers.date ?? '');
  if (Number.isFinite(dateMs)) clock.add({ askedMs, answeredMs: steadyNow(), dateMs });
}

/**
 * Asks the API server for its version, the cheapest question that every account may ask. True if it answered, be it
 * with a refusal; its clock is noted.
 */
export async function probe(config: KubeConfig, clock: ClockOffset): Promise<boolean> {
  const askedMs = steadyNow();
  try {
    const { status, headers } = await readPath(config, '/version', {}, { ms: probeTimeoutMs });
    noteDate(clock, headers, askedMs);
    return status < 500;
  } catch {
    return false;
  }
}

/** A watch that says nothing is proved to live by a probe this often. */
export const probeEveryMs = 2000;
export const usualUnprovenMs = 5000;
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

/** A watch that hears when its server may be dead. */
export interface LifeListener {
  /** What it watches, by name. */
  name: string;
  /** `names`: all that is watched of the server. */
  onSilence: (names: readonly string[]) => void;
  /** The server answers again. */
  onBack: () => void;
}

/** One proof of life for several watches of one server: what any of them hears proves it. */
export class ServerLife {
  private readonly listeners = new Set<LifeListener>();
  private readonly proof: ProofOfLife;
  private isSilent = false;

  constructor(
    ask: () => Promise<boolean>,
    readonly unprovenMs = usualUnprovenMs,
  ) {
    this.proof = new ProofOfLife({
      ask,
      everyMs: Math.min(probeEveryMs, unprovenMs / 2),
      unprovenMs,
      onSilence: () => {
        this.isSilent = true;
        const names = [...new Set([...this.listeners].map(({ name }) => name))];
        for (const listener of this.listeners) listener.onSilence(names);
      },
      onBack: () => this.wakeUp(),
    });
  }

  /** The last proof, Unix ms. */
  get provenMs(): number {
    return this.proof.provenMs;
  }

  /** Something came from the server. */
  prove(): void {
    this.proof.prove();
    this.wakeUp();
  }

  /** Looks after it as long as there is a listener; the result ends it. */
  listen(listener: LifeListener): () => void {
    if (this.listeners.size === 0) {
      this.proof.prove();
      this.proof.start();
    }
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.proof.stop();
    };
  }

  private wakeUp(): void {
    if (!this.isSilent) return;
    this.isSilent = false;
    for (const listener of this.listeners) listener.onBack();
  }
}
