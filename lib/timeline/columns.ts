import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { isFailed, latencyIn, requestMetrics, requestsIn, statusClassOf } from './protocols';

export const statusClasses = ['2xx', '3xx', '4xx', '5xx', 'none', 'unknown'] as const;
export type StatusClass = (typeof statusClasses)[number];

/** The requests that ended in (fromMs, toMs] on the run's clock: one push of k6 with its series together, or several pushes. */
export interface RequestColumn {
  /** Of the last push in it; grows with each push. */
  id: number;
  fromMs: number;
  toMs: number;
  /** How many pushes are in it. */
  pushes: number;
  counts: Record<StatusClass, number>;
  requests: number;
  failures: number;
  iterations: number;
  durations: ExponentialHistogram | null;
}

/** k6 pushes every second; a column without an earlier one is taken as this long. */
export const pushMs = 1000;

/** Where a push's column begins: at the end of the one before, so that the rate of a late push is true. */
export function startOfColumn(toMs: number, beforeMs: number | null, loadStartMs: number | null): number {
  if (beforeMs !== null && beforeMs <= toMs) return beforeMs;
  return loadStartMs !== null && loadStartMs < toMs ? loadStartMs : toMs - pushMs;
}

/** A column of nothing. */
export function emptyColumn(fromMs: number, toMs: number): RequestColumn {
  return {
    id: 0,
    fromMs,
    toMs,
    pushes: 0,
    counts: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, none: 0, unknown: 0 },
    requests: 0,
    failures: 0,
    iterations: 0,
    durations: null,
  };
}

/** Metrics that columns are made from. */
export const columnMetrics: readonly string[] = [...requestMetrics, 'iterations'];

/** One push as a column: its series' requests by status, their durations merged. */
export function columnOfPush(
  points: readonly {
    metric: string;
    tags: Record<string, string>;
    value: number | null;
    histogram: ExponentialHistogram | null;
  }[],
  fromMs: number,
  toMs: number,
): RequestColumn {
  const column = { ...emptyColumn(fromMs, toMs), pushes: 1 };
  const durations: ExponentialHistogram[] = [];
  for (const { metric, tags, value, histogram } of points) {
    const latency = latencyIn(metric, { value, histogram });
    if (latency) durations.push(latency);
    if (metric === 'iterations') column.iterations += value ?? 0;
    const count = requestsIn(metric, { value, histogram });
    if (count === null) continue;
    column.counts[statusClassOf(metric, tags.status)] += count;
    column.requests += count;
    if (isFailed(metric, tags)) column.failures += count;
  }
  column.durations = durations.length > 1 ? mergeHistograms(durations) : (durations[0] ?? null);
  return column;
}

/** Several neighbouring columns as one: counts add up, histograms merge exactly. */
export function mergeColumns(parts: readonly RequestColumn[]): RequestColumn {
  const column = emptyColumn(parts[0]?.fromMs ?? 0, parts.at(-1)?.toMs ?? 0);
  for (const part of parts) {
    for (const name of statusClasses) column.counts[name] += part.counts[name];
    column.id = Math.max(column.id, part.id);
    column.pushes += part.pushes;
    column.requests += part.requests;
    column.failures += part.failures;
    column.iterations += part.iterations;
  }
  const durations = parts.flatMap((part) => (part.durations ? [part.durations] : []));
  column.durations = durations.length > 1 ? mergeHistograms(durations) : (durations[0] ?? null);
  return column;
}
