import { type IngestedSecond, type LoadIngest } from '@/lib/loadgen/load-ingest';
import { type LoadEnd } from '@/lib/loadgen/engine';
import { message, type Message } from '@/lib/model/message';
import { areThresholdsMet, type RunSummary } from '@/lib/model/run';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { type Bounds } from '@/lib/verdict/bounds';
import { askedThresholds } from '@/lib/verdict/thresholds/asked';
import { ThresholdJudge } from '@/lib/verdict/thresholds/judge-thresholds';
import { withThresholds } from '@/lib/verdict/thresholds/with-thresholds';

/** A judge with what it was told already; `firstMs`: when that began (steady clock). */
export interface JudgedBefore {
  judge: ThresholdJudge;
  firstMs: number | null;
}

/** The same numbers added up in another order. */
const sumError = 1e-9;

/**
 * Follows the thresholds of a load second by second. Those of several runners it judges, too, while the load goes on and at
 * its end: each of these k6s sees its own part, so they are told to judge none. The one k6 of another load judges by itself.
 */
export class RunThresholds {
  /** Why the load was ended; null: by none of them. */
  private endedBy: Message | null = null;
  private readonly judge: ThresholdJudge;
  private firstMs: number | null;

  /**
   * Of a load that began at `startMs` (steady clock); null: its script has none. `end` ends the load.
   * `before`: who has been told what was recorded of a load that is taken on, and when its first second was.
   */
  static of(
    pushes: Pick<LoadIngest, 'runners' | 'totals'>,
    options: Record<string, unknown>,
    startMs: number,
    end: () => void,
    before: JudgedBefore = { judge: new ThresholdJudge(options), firstMs: null },
  ): RunThresholds | null {
    if (askedThresholds(options).length === 0) return null;
    return new RunThresholds(pushes, startMs, end, before);
  }

  private constructor(
    private readonly pushes: Pick<LoadIngest, 'runners' | 'totals'>,
    private readonly startMs: number,
    private readonly end: () => void,
    { judge, firstMs }: JudgedBefore,
  ) {
    this.judge = judge;
    this.firstMs = firstMs;
  }

  take({ points, atMs }: IngestedSecond): void {
    this.firstMs ??= atMs;
    this.judge.take(points);
    if (this.isByK6 || this.endedBy !== null) return;
    const crossed = this.judge.aborting(this.elapsedS(atMs));
    if (!crossed) return;
    this.endedBy = message('reasons.threshold-ended-load', { metric: crossed.name, source: crossed.source });
    this.end();
  }

  /** How they stand at a moment (steady clock). */
  now(nowMs: number): RunningThreshold[] {
    return this.judge.running(this.elapsedS(nowMs));
  }

  /** How a load ended, its thresholds judged as k6 itself tells them: one that they ended, or crossed, was run all the same. */
  judged(end: LoadEnd, endMs: number): LoadEnd {
    if (this.isByK6) return end;
    const summary = this.summarised(end.summary, endMs);
    if (this.endedBy !== null) return { ...end, summary, state: 'finished', reason: this.endedBy };
    const isCrossed = end.state === 'finished' && areThresholdsMet(summary) === false;
    return {
      ...end,
      summary,
      reason: end.reason ?? (isCrossed ? message('reasons.k6-thresholds-crossed') : null),
    };
  }

  private get isByK6(): boolean {
    return this.pushes.runners.length === 1;
  }

  private summarised(summary: RunSummary | null, endMs: number): RunSummary | null {
    const durationMs = summary?.testRunDurationMs ?? 0;
    const elapsedS =
      durationMs > 0 ? { least: durationMs / 1000, most: durationMs / 1000 } : this.elapsedS(endMs);
    const judged = this.judge.judge(summary && this.isWhole(summary) ? summary : null, elapsedS);
    return judged.length === 0 ? summary : withThresholds(summary, judged, elapsedS.most * 1000);
  }

  /** Whether a summary has all that was recorded: a runner that was killed, or began anew, told of less than it did. */
  private isWhole({ metrics }: RunSummary): boolean {
    const counts = new Map(metrics.map(({ metric, values }) => [metric, values.count]));
    return [...this.pushes.totals].every(
      ([metric, total]) => (counts.get(metric) ?? total) >= total * (1 - sumError),
    );
  }

  /** k6 counts from when its users begin: after its start, and before anything of them is told. */
  private elapsedS(nowMs: number): Bounds {
    return {
      least: Math.max(0, nowMs - (this.firstMs ?? nowMs)) / 1000,
      most: Math.max(0, nowMs - this.startMs) / 1000,
    };
  }
}
