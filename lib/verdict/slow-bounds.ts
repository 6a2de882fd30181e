import { cellBounds } from '@/lib/statistics/histogram/bounds';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type RunSummary } from '@/lib/model/run';
import { latencyMetricOf } from '@/lib/timeline/protocols';
import { type Bounds } from './bounds';

/**
 * How many of the requests were slower than a limit: by the buckets that lie wholly above it and those that reach over
 * it, by the requests that no second recorded, and by k6's own percentiles and maximum, which are exact.
 */
export function slowBounds(
  durations: ExponentialHistogram | null,
  requests: number,
  summary: RunSummary | null,
  limitMs: number,
): Bounds {
  let least = 0;
  let most = Math.max(0, requests - (durations?.count ?? 0));
  for (const [index, count] of durations?.cells ?? []) {
    const { lower, upper } = cellBounds(durations!.schema, index);
    if (lower * 1000 >= limitMs) least += count;
    if (upper * 1000 > limitMs) most += count;
  }
  const latency = latencyMetricOf(summary);
  const exact = summary?.metrics.find(({ metric }) => metric === latency)?.values ?? {};
  for (const [name, valueMs] of Object.entries(exact)) {
    const share = name === 'max' ? 1 : name === 'med' ? 0.5 : percentile(name);
    if (share === null) continue;
    // k6's rank, counted from 0: the values at the ranks beside it are on the same side of it.
    const rank = share * Math.max(0, requests - 1);
    if (valueMs > limitMs) least = Math.max(least, requests - Math.ceil(rank));
    else most = Math.min(most, requests - Math.floor(rank) - 1);
  }
  return { least: Math.min(least, most), most: Math.max(least, most) };
}

function percentile(name: string): number | null {
  const found = /^p\(([\d.]+)\)$/.exec(name)?.[1];
  return found === undefined ? null : Number(found) / 100;
}
