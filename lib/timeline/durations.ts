import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { latencyMetrics } from './protocols';
import { pointsOf } from './requests';
import { type Recording } from '@/lib/model/recording';

/** All request durations that ended in one push of k6. */
export interface DurationSecond {
  fromMs: number;
  /** When the push came: the end of what it covers. */
  toMs: number;
  histogram: ExponentialHistogram;
}

/** A run's request durations by push, all series together, in order; the first push covers the time since the load's start. */
export function durationSeconds(
  recording: Pick<Recording, 'series' | 'points'>,
  loadStartMs = 0,
): DurationSecond[] {
  // A push covers the time since the one before, whatever that one told of.
  const pushes = [...new Set(recording.points.map((point) => point.atMs))].sort((a, b) => a - b);
  const before = new Map(pushes.map((atMs, i) => [atMs, pushes[i - 1] ?? Math.min(loadStartMs, atMs)]));
  const groups = new Map<number, ExponentialHistogram[]>();
  for (const { point } of pointsOf(recording, latencyMetrics)) {
    if (!point.histogram) continue;
    const group = groups.get(point.atMs);
    if (group) group.push(point.histogram);
    else groups.set(point.atMs, [point.histogram]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([toMs, histograms]) => ({
      fromMs: before.get(toMs)!,
      toMs,
      histogram: histograms.length === 1 ? histograms[0]! : mergeHistograms(histograms),
    }));
}

/** The durations that ended in (fromMs, toMs] as one histogram; null if there are none. */
export function durationsBetween(
  seconds: readonly DurationSecond[],
  fromMs: number,
  toMs: number,
): ExponentialHistogram | null {
  const found = seconds.filter((second) => second.toMs > fromMs && second.toMs <= toMs);
  return found.length === 0 ? null : mergeHistograms(found.map((second) => second.histogram));
}
