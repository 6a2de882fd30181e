import { z } from 'zod';
import { message } from '@/lib/model/message';
import {
  type Engine,
  type Load,
  type LoadEnd,
  type LoadHandle,
  type RunningLoad,
  type Script,
  type StopMode,
} from './engine';
import { type Ingest, type IngestedPoint } from './ingest';
import { createLoadIngest, type LoadIngest } from './load-ingest';
import { InvalidPush } from './remote-write';

/** A double of an engine, for tests of what stands above it: nothing is loaded, and the test says what happens. */
export class FakeEngine implements Engine {
  readonly name = 'fake';
  /** The runs that a load was asked for. */
  readonly asked: string[] = [];
  /** All that were started, in order. */
  readonly loads: FakeLoad[] = [];
  readonly recovered: LoadHandle[] = [];
  /** What `check` and `start` reject with, if anything. */
  refusal: Error | null = null;
  /** What `check` gives beside the script's name. */
  options: Record<string, unknown> = {};
  /** Resolves `start`; a test that holds it back replaces it. */
  ready: Promise<void> = Promise.resolve();

  check(script: Script): Promise<Record<string, unknown>> {
    return this.refusal
      ? Promise.reject(this.refusal)
      : Promise.resolve({ ...this.options, checked: script.scriptName });
  }

  async start(load: Load): Promise<RunningLoad> {
    this.asked.push(load.runId);
    await this.ready;
    if (this.refusal) throw this.refusal;
    const started = new FakeLoad(load, this.loads.length);
    this.loads.push(started);
    return started;
  }

  recover(handle: LoadHandle): Promise<void> {
    this.recovered.push(handle);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    return Promise.resolve();
  }
}

const pushSchema = z.record(z.string(), z.number());

/** A push in the fake engine's own form: how many requests were answered, by their status. */
export function fakePush(requestsByStatus: Record<string, number>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(requestsByStatus));
}

export class FakeLoad implements RunningLoad {
  readonly version = '0.0.0';
  readonly handle: LoadHandle;
  /** How it was asked to stop, each time. */
  readonly stops: StopMode[] = [];
  readonly ended: Promise<LoadEnd>;
  readonly pushes: LoadIngest;
  private settle: (end: LoadEnd) => void = () => {};

  constructor(
    readonly load: Load,
    number: number,
  ) {
    this.handle = { number };
    this.pushes = createLoadIngest({ runners: load.runners, ingestOf: () => new FakeIngest() });
    this.ended = new Promise((resolve) => (this.settle = resolve));
  }

  /** The load is over. */
  end(end: Partial<LoadEnd> = {}): void {
    this.settle({ state: 'finished', reason: null, summary: null, artefacts: [], ...end });
  }

  stop(mode: StopMode): void {
    this.stops.push(mode);
    if (mode === 'kill')
      this.end({ state: 'failed', reason: message('reasons.k6-killed', { signal: 'SIGKILL' }) });
  }
}

class FakeIngest implements Ingest {
  readonly totals = new Map<string, number>();
  readonly metrics = new Map();
  readonly ended = false;
  readonly restarts = 0;
  push(body: Uint8Array, atUnixMs: number): IngestedPoint[] {
    const points = pointsOf(body, atUnixMs);
    for (const { metric, value } of points)
      this.totals.set(metric, (this.totals.get(metric) ?? 0) + (value ?? 0));
    return points;
  }
  allValues(): [] {
    return [];
  }
  weightOf(): number {
    return 1;
  }
}

function pointsOf(body: Uint8Array, atUnixMs: number): IngestedPoint[] {
  let counts: z.infer<typeof pushSchema>;
  try {
    counts = pushSchema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (error) {
    throw new InvalidPush(String(error));
  }
  return Object.entries(counts).map(([status, value]) => ({
    metric: 'http_reqs',
    type: 'counter',
    unit: 'none',
    tags: { status, expected_response: `${status.startsWith('2')}` },
    atUnixMs,
    value,
    histogram: null,
  }));
}
