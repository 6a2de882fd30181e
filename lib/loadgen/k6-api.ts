import { z } from 'zod';

/** A status of k6's (lib/execution.go, `ExecutionStatus`) from which on its scenarios are over. */
const over = { paused: 4, ended: 9, interrupted: 10 };

const statusSchema = z.object({ data: z.object({ attributes: z.object({ status: z.number() }) }) });
const setupSchema = z.object({ data: z.object({ attributes: z.object({ data: z.unknown().optional() }) }) });
const errorSchema = z.object({ errors: z.array(z.object({ detail: z.string() })).min(1) });

/** What k6 says of its test, as far as others wait for it. */
export type K6Stage = 'starting' | 'paused' | 'running' | 'ended' | 'interrupted';

const answerMs = 5000;

/**
 * The HTTP API of one k6 (https://grafana.com/docs/k6/latest/reference/k6-rest-api/). Each method rejects where it does not
 * answer, and with k6's own words where it refuses.
 */
export class K6Api {
  /** `address`: host and port that it listens on. */
  constructor(private readonly address: string) {}

  async stage(): Promise<K6Stage> {
    const { status } = statusSchema.parse(await this.ask('GET', 'status')).data.attributes;
    if (status < over.paused) return 'starting';
    if (status === over.paused) return 'paused';
    if (status < over.ended) return 'running';
    return status === over.interrupted ? 'interrupted' : 'ended';
  }

  /** Runs the script's `setup()`, for as long as it takes, and gives its data as JSON; null: it has none. */
  async setup(signal: AbortSignal): Promise<string | null> {
    const { data } = setupSchema.parse(await this.ask('POST', 'setup', undefined, signal)).data.attributes;
    return data === undefined || data === null ? null : JSON.stringify(data);
  }

  /** Gives the users of this k6 the data of another's `setup()`. */
  async giveSetupData(json: string): Promise<void> {
    await this.ask('PUT', 'setup', json);
  }

  async resume(): Promise<void> {
    await this.patch({ paused: false });
  }

  /** Ends the test: iterations under way are interrupted. */
  async stop(): Promise<void> {
    await this.patch({ stopped: true });
  }

  /** Runs the script's `teardown()`, for as long as it takes. */
  async teardown(signal: AbortSignal): Promise<void> {
    await this.ask('POST', 'teardown', undefined, signal);
  }

  private async patch(attributes: Record<string, boolean>): Promise<void> {
    await this.ask(
      'PATCH',
      'status',
      JSON.stringify({ data: { type: 'status', id: 'default', attributes } }),
    );
  }

  private async ask(
    method: string,
    path: string,
    body?: string,
    signal: AbortSignal = AbortSignal.timeout(answerMs),
  ): Promise<unknown> {
    const response = await fetch(`http://${this.address}/v1/${path}`, {
      method,
      signal,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    const answered: unknown = text === '' ? null : JSON.parse(text);
    if (response.ok) return answered;
    const refused = errorSchema.safeParse(answered);
    throw new Error(refused.success ? refused.data.errors[0]!.detail : `k6 answered ${response.status}`);
  }
}
