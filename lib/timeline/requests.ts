import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type MetricPoint, type MetricSeries, type Recording } from '@/lib/model/recording';

/** A metric's points with their series' tags. */
export function pointsOf(
  recording: Pick<Recording, 'series' | 'points'>,
  metric: string,
): { point: MetricPoint; tags: Record<string, string> }[] {
  const series = new Map<number, MetricSeries>();
  for (const s of recording.series) if (s.metric === metric) series.set(s.id, s);
  return recording.points.flatMap((point) => {
    const own = series.get(point.seriesId);
    return own ? [{ point, tags: own.tags }] : [];
  });
}

/** The step (ms) that gives at most `columns` columns over this span: whole seconds. */
export function stepFor(spanMs: number, columns = 600): number {
  return Math.max(1, Math.ceil(spanMs / columns / 1000)) * 1000;
}

/** A trend's values between two moments as one histogram; null if there are none. */
export function histogramBetween(
  recording: Recording,
  metric: string,
  fromMs: number,
  toMs: number,
): ExponentialHistogram | null {
  const histograms = pointsOf(recording, metric).flatMap(({ point }) =>
    point.histogram && point.atMs > fromMs && point.atMs <= toMs ? [point.histogram] : [],
  );
  return histograms.length === 0 ? null : mergeHistograms(histograms);
}

/** A quantile of a histogram of seconds, in ms; null for none. */
export function quantileMs(histogram: ExponentialHistogram | null, q: number): number | null {
  return histogram === null || histogram.count === 0 ? null : quantile(histogram, q) * 1000;
}
