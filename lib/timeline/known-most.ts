import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type MetricPoint, type MetricSeries, type Recording } from '@/lib/model/recording';
import { type RunSummary } from '@/lib/model/run';
import { latencyMetrics } from './protocols';
import { boundedBy } from '@/lib/statistics/histogram/bounds';

/** The largest value of a metric as k6's summary knows it, in the unit in which it is recorded (times: seconds); null: not known. */
export function knownMost(summary: RunSummary | null, metric: string): number | null {
  const found = summary?.metrics.find((one) => one.metric === metric);
  const most = found?.values.max;
  if (found === undefined || most === undefined || !(most > 0)) return null;
  return found.contains === 'time' ? most / 1000 : most;
}

/** The longest that a user waited, in seconds, as k6's summary knows it; null: not known. */
export function knownMostLatency(summary: RunSummary | null): number | null {
  const known = latencyMetrics.flatMap((metric) => knownMost(summary, metric) ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** Columns whose durations know k6's exact maximum: a bucket's edge is not a fact where that is. */
export function boundColumns<C extends { durations: ExponentialHistogram | null }>(
  columns: readonly C[],
  summary: RunSummary | null,
): C[] {
  const most = knownMostLatency(summary);
  if (most === null) return [...columns];
  return columns.map((column) =>
    column.durations ? { ...column, durations: boundedBy(column.durations, most) } : column,
  );
}

/** Points of these series whose histograms know each the exact maximum of their metric. */
export function boundPoints<P extends Pick<MetricPoint, 'seriesId' | 'histogram'>>(
  series: readonly Pick<MetricSeries, 'id' | 'metric'>[],
  points: readonly P[],
  summary: RunSummary | null,
): P[] {
  if (summary === null) return [...points];
  const mostOf = new Map(series.map(({ id, metric }) => [id, knownMost(summary, metric)]));
  return points.map((point) =>
    point.histogram
      ? { ...point, histogram: boundedBy(point.histogram, mostOf.get(point.seriesId) ?? null) }
      : point,
  );
}

/** A recording whose histograms know each the exact maximum of their metric. */
export function boundRecording(recording: Recording, summary: RunSummary | null): Recording {
  if (summary === null) return recording;
  return { ...recording, points: boundPoints(recording.series, recording.points, summary) };
}
