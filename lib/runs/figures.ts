import { boundColumns } from '@/lib/timeline/known-most';
import {
  doubtedEventsOf,
  failuresOf,
  meanRateOf,
  peakReadyOf,
  percentileOf,
  requestsOf,
  worstLagOf,
} from '@/lib/timeline/figures';
import { mostOfLag } from '@/lib/timeline/lag-parts';
import { correlateOverview, type Overview } from '@/lib/timeline/overview';
import { knowsPods, podTimeline } from '@/lib/timeline/pods';
import { areThresholdsMet, type RunFigures, type RunSummary } from '@/lib/model/run';
import { worstIncidentFigures } from '@/lib/verdict/worst-incident';

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
  const correlation = correlateOverview(recording, fromMs, toMs);
  const doubted = doubtedEventsOf(correlation);
  const lag = mostOfLag(
    Object.entries(correlation.lagParts).flatMap(([id, parts]) => (doubted.has(id) ? [] : [parts])),
  );
  return {
    requests: requestsOf(recording.columns, summary),
    failures: failuresOf(recording.columns, summary),
    requestsPerSecond: meanRateOf(recording.columns, summary, fromMs, toMs),
    p50Ms: percentileOf(recording.columns, summary, 0.5),
    p90Ms: percentileOf(recording.columns, summary, 0.9),
    p95Ms: percentileOf(recording.columns, summary, 0.95),
    p99Ms: percentileOf(recording.columns, summary, 0.99),
    peakReadyPods: knowsPods(recording) ? peakReadyOf(podTimeline(recording.podEvents).steps) : null,
    worstLagMs: worstLagOf(correlation),
    ...worstIncidentFigures(correlation),
    decidedDifference: correlation.difference?.pods ?? null,
    lagPart: lag?.most ?? null,
    lagPartMs: lag?.mostMs ?? null,
    lagMs: lag?.totalMs ?? null,
    thresholdsMet: areThresholdsMet(summary),
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
