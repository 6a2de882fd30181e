import { boundColumns } from '@/lib/timeline/known-most';
import { quantileMs } from '@/lib/statistics/histogram/quantile';
import { mergeColumns } from '@/lib/timeline/columns';
import { type Correlation } from '@/lib/timeline/correlate';
import { mostOfLag } from '@/lib/timeline/lag-parts';
import { correlateOverview, type Overview } from '@/lib/timeline/overview';
import { podTimeline } from '@/lib/timeline/pods';
import { type RunFigures, type RunSummary } from '@/lib/model/run';

/**
 * The figures of a run from its overview with every second; k6's exact totals take precedence where its end-of-test summary exists.
 * `fromMs` and `toMs` bound the load on the run's clock.
 */
export function figuresOf(
  unbounded: Overview,
  summary: RunSummary | null,
  fromMs: number,
  toMs: number,
): RunFigures {
  const recording = { ...unbounded, columns: boundColumns(unbounded.columns, summary) };
  const { durations, ...recordedTotals } = mergeColumns(recording.columns);
  const recorded = (share: number): number | null =>
    durations === null || durations.count === 0 ? null : quantileMs(durations, share);
  const exact = (metric: string, value: string): number | null =>
    summary?.metrics.find((m) => m.metric === metric)?.values[value] ?? null;
  const requests = exact('http_reqs', 'count') ?? recordedTotals.requests;
  const seconds = (toMs - fromMs) / 1000;
  const thresholds = summary?.metrics.flatMap((m) => m.thresholds) ?? [];
  const correlation = correlateOverview(recording, fromMs, toMs);
  const lag = mostOfLag(Object.values(correlation.lagParts));
  return {
    requests,
    // k6's `passes` of http_req_failed are the requests for which "failed" was true.
    failures: exact('http_req_failed', 'passes') ?? recordedTotals.failures,
    requestsPerSecond: exact('http_reqs', 'rate') ?? (seconds > 0 ? requests / seconds : null),
    p50Ms: exact('http_req_duration', 'p(50)') ?? exact('http_req_duration', 'med') ?? recorded(0.5),
    p90Ms: exact('http_req_duration', 'p(90)') ?? recorded(0.9),
    p95Ms: exact('http_req_duration', 'p(95)') ?? recorded(0.95),
    p99Ms: exact('http_req_duration', 'p(99)') ?? recorded(0.99),
    peakReadyPods: Math.max(0, ...podTimeline(recording.podEvents).steps.map((step) => step.ready)),
    worstLagMs: worstLagOf(correlation),
    decidedDifference: correlation.difference?.pods ?? null,
    lagPart: lag?.most ?? null,
    lagPartMs: lag?.mostMs ?? null,
    lagMs: lag?.totalMs ?? null,
    thresholdsMet: thresholds.length === 0 ? null : thresholds.every((t) => t.ok),
  };
}

/** Ready pods at 48 even moments of the run, for the sparkline of a list. */
export function podsSparkOf(recording: Pick<Overview, 'podEvents'>, endMs: number, cells = 48): number[] {
  const { steps } = podTimeline(recording.podEvents);
  let next = 0;
  let ready = 0;
  return Array.from({ length: cells }, (_, cell) => {
    const untilMs = ((cell + 1) / cells) * endMs;
    let most = ready;
    for (let step = steps[next]; step && step.atMs <= untilMs; step = steps[++next]) {
      ready = step.ready;
      most = Math.max(most, ready);
    }
    return most;
  });
}

function worstLagOf({ matched }: Correlation): number | null {
  // What a late pod costs is paid by requests: pods that went late cost none.
  const ups = matched.filter(({ expected }) => expected.to > expected.from);
  const lags = ups.flatMap(({ lag }) => (lag.totalMs === null ? [] : [lag.totalMs]));
  // Ready before it was due: the cluster was early, which is no lag.
  return lags.length === 0 ? null : Math.max(0, ...lags);
}
