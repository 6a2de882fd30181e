import { steadyNow } from '@/lib/environment/steady-clock';
import { type Ingest } from '@/lib/loadgen/ingest';
import { isFailed, requestsIn } from '@/lib/timeline/protocols';
import { type Recorder } from './recorder';

/** Takes a run's pushes into its recording. */
export class Intake {
  readonly totals = { requests: 0, failures: 0 };
  /** When the last push came, by the clock. */
  lastPushMs: number;

  /** `pushes` knows what an engine's pushes mean; `clock` tells the time that the recorder puts on its own (ms). */
  constructor(
    private readonly recorder: Recorder,
    private readonly pushes: Ingest,
    private readonly clock: () => number = steadyNow,
  ) {
    this.lastPushMs = clock();
  }

  /**
   * Takes one push. Throws an InvalidPush, at once, where it is not one. Resolves with true when all of it is on disk,
   * with false when it is lost.
   */
  ingest(body: Uint8Array): Promise<boolean> {
    const now = this.clock();
    const points = this.pushes.push(body, now);
    const { recorder } = this;
    const atMs = recorder.toClock(now);
    this.lastPushMs = now;
    recorder.gapEnds('requests', atMs);
    const stored = recorder.push(points, atMs);
    let requests = 0;
    for (const point of points) {
      const counted = requestsIn(point.metric, point);
      if (counted === null) continue;
      requests += counted;
      if (isFailed(point.metric, point.tags)) this.totals.failures += counted;
    }
    this.totals.requests += requests;
    recorder.requestRate(atMs, requests);
    return stored;
  }
}
