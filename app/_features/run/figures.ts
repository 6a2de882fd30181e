import { type Decision } from '@/lib/model/recording';
import { decidedAt } from '@/lib/timeline/decided';
import { meanRateOf, peakReadyOf } from '@/lib/timeline/figures';
import { podsAt } from '@/lib/timeline/pods';
import { quantileOf, rateOf } from '@/app/_ui/charts/columns';
import { hasPods, lastBefore, type ChartModel, type TimeRange } from '@/app/_ui/charts/model';

/** The figures above the charts: of the whole run, or of the range that is shown. */
export interface PageFigures {
  requests: number | null;
  totalRequests: number | null;
  rate: number | null;
  meanRate: number | null;
  failures: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  /** Null: no pod was recorded, as in an imported run. */
  ready: number | null;
  peakReady: number | null;
  desired: number | null;
  /** What the cluster's own autoscaler asks for; null where it does not say. */
  decided: number | null;
  inFlight: number | null;
  waiting: number | null;
}

/** The figures of a run or of a range of it; k6's exact totals where the whole run is shown and it has ended. */
export function figuresOfPage(model: ChartModel, range: TimeRange | null): PageFigures {
  const { run, table, correlation, recording } = model;
  const last = table.all.at(-1);
  const live = run.endedAtMs === null;
  const atMs = range ? range.toMs : model.endMs;
  const decision: Decision | undefined = lastBefore(model.decisions, atMs);
  const sample = recording.concurrency.findLast((one) => !one.instant && one.atMs <= atMs);
  const { steps } = correlation.pods;
  const knowsPods = hasPods(model);
  const exact = range === null && !live ? run.figures : null;
  const isExact =
    exact !== null &&
    [exact.requests, exact.requestsPerSecond, exact.failures, exact.p50Ms, exact.p95Ms, exact.p99Ms].every(
      (figure) => figure !== null,
    );
  const merged = isExact || !last ? null : range ? table.totalOf(range.fromMs, range.toMs) : table.total;
  const requests = exact?.requests ?? merged?.requests ?? null;
  const meanRate =
    exact?.requestsPerSecond ??
    (merged ? meanRateOf(range ? table.within(range.fromMs, range.toMs) : table.all, null) : null);
  return {
    requests,
    totalRequests: last ? ((live ? null : run.figures.requests) ?? table.total.requests) : null,
    rate: live && range === null && table.newest ? rateOf(table.newest) : meanRate,
    meanRate,
    failures: exact?.failures ?? merged?.failures ?? null,
    p50Ms: exact?.p50Ms ?? (merged ? quantileOf(merged, 0.5) : null),
    p95Ms: exact?.p95Ms ?? (merged ? quantileOf(merged, 0.95) : null),
    p99Ms: exact?.p99Ms ?? (merged ? quantileOf(merged, 0.99) : null),
    ready: knowsPods ? podsAt(steps, atMs).ready : null,
    peakReady: knowsPods ? peakReadyOf(steps, range?.fromMs, range?.toMs) : null,
    desired: decision?.replicas ?? null,
    decided: decidedAt(correlation.decided, atMs),
    inFlight: sample?.total ?? null,
    waiting: sample?.waiting ?? null,
  };
}

/** Iterations done so far. */
export function iterationsDone({ table, run }: ChartModel): number {
  return (
    run.summary?.metrics.find(({ metric }) => metric === 'iterations')?.values.count ?? table.total.iterations
  );
}
