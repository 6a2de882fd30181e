import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { latencyMetrics } from './protocols';
import { type MetricPoint, type MetricSeries, type Recording } from '@/lib/model/recording';

/** The points of these metrics with their series' metric and tags. */
export function pointsOf(
  recording: Pick<Recording, 'series' | 'points'>,
  metrics: readonly string[],
): { point: MetricPoint; metric: string; tags: Record<string, string> }[] {
  const series = new Map<number, MetricSeries>();
  for (const s of recording.series) if (metrics.includes(s.metric)) series.set(s.id, s);
  return recording.points.flatMap((point) => {
    const own = series.get(point.seriesId);
    return own ? [{ point, metric: own.metric, tags: own.tags }] : [];
  });
}

/** The step (ms) that gives at most `columns` columns over this span: whole seconds. */
export function stepFor(spanMs: number, columns = 600): number {
  return Math.max(1, Math.ceil(spanMs / columns / 1000)) * 1000;
}

/** What users waited for between two moments as one histogram; null if they waited for nothing. */
export function latencyBetween(
  recording: Pick<Recording, 'series' | 'points'>,
  fromMs: number,
  toMs: number,
): ExponentialHistogram | null {
  const histograms = pointsOf(recording, latencyMetrics).flatMap(({ point }) =>
    point.histogram && point.atMs > fromMs && point.atMs <= toMs ? [point.histogram] : [],
  );
  return histograms.length === 0 ? null : mergeHistograms(histograms);
}

/** A quantile of a histogram of seconds, in ms; null for none. */
export function quantileMs(histogram: ExponentialHistogram | null, q: number): number | null {
  return histogram === null || histogram.count === 0 ? null : quantile(histogram, q) * 1000;
}
