import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type RunSummary } from '@/lib/model/run';
import { cellBounds } from '@/lib/statistics/histogram/bounds';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { exactly, type Bounds } from '@/lib/verdict/bounds';
import { type Expression } from './expression';
import { type Recorded } from './recorded';

type Summed = Readonly<RunSummary['metrics'][number]['values']>;

/** What is known of a metric when it is judged. */
export interface Known {
  /** Null: nothing of it was recorded. */
  recorded: Recorded | null;
  /** The runners' own totals of it at the end; null: they are not known. */
  summed: Summed | null;
  /** How long the load has lasted, s. */
  elapsedS: Bounds;
}

/**
 * Between which bounds the value is that k6's own sinks would have had (metrics/sink.go): counts, means and shares
 * exactly, a percentile within its bucket. Null where k6 has no value and takes the threshold for met: a rate of nothing.
 * @param type of the metric
 */
export function valueBounds(type: Recorded['type'], expression: Expression, known: Known): Bounds | null {
  switch (type) {
    case 'counter':
      return counterBounds(expression, known);
    case 'gauge':
      return gaugeBounds(known);
    case 'rate':
      return rateBounds(known);
    case 'trend':
      return trendBounds(expression, known);
  }
}

function counterBounds({ method }: Expression, { recorded, summed, elapsedS }: Known): Bounds {
  const count = Math.max(recorded?.total ?? 0, summed?.count ?? 0);
  if (method === 'count') return exactly(count);
  const rateOver = (seconds: number): number => (count === 0 ? 0 : count / seconds);
  return { least: rateOver(elapsedS.most), most: rateOver(elapsedS.least) };
}

function gaugeBounds({ recorded, summed }: Known): Bounds {
  if (recorded === null) return exactly(summed?.value ?? 0);
  return hull([...recorded.levels.values()]);
}

function rateBounds({ recorded, summed }: Known): Bounds | null {
  const { passes, fails } = summed ?? {};
  if (passes !== undefined && fails !== undefined && passes + fails > 0)
    return exactly(passes / (passes + fails));
  if (recorded === null || recorded.levels.size === 0) return null;
  const counts = [...recorded.levels.keys()].map((key) => recorded.counts?.get(key) ?? 0);
  const levels = [...recorded.levels.values()];
  if (counts.some((count) => count === 0)) return hull(levels);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const trues = (side: keyof Bounds): number =>
    levels.reduce((sum, level, i) => sum + Math.round(level[side] * counts[i]!), 0);
  return { least: trues('least') / total, most: trues('most') / total };
}

function hull(levels: readonly Bounds[]): Bounds {
  return {
    least: Math.min(...levels.map(({ least }) => least)),
    most: Math.max(...levels.map(({ most }) => most)),
  };
}

/** Sums of the same numbers in another order, and buckets' edges, differ by their last digits. */
const sumError = 1e-9;
const edgeError = 1e-12;

function trendBounds({ method, percentile }: Expression, { recorded, summed }: Known): Bounds {
  const scale = recorded?.unit === 'seconds' ? 1000 : 1;
  const histogram = recorded?.histogram ?? emptyHistogram();
  // Totals that know of fewer values than were recorded are not those of all runners.
  const totals = summed?.count !== undefined && summed.count >= histogram.count ? summed : null;
  const count = totals?.count ?? histogram.count;
  if (count === 0) return exactly(0);
  const { min = -Infinity, max = Infinity, avg } = totals ?? {};
  const within = ({ least, most }: Bounds): Bounds => ({
    least: Math.max(least, min),
    most: Math.min(most, max),
  });
  if (method === 'avg') return within(meanOf(histogram, scale, count, avg));
  const share = shareOf(method, percentile);
  if (share === 0 && Number.isFinite(min)) return exactly(min);
  if (share === 1 && Number.isFinite(max)) return exactly(max);
  // k6's own rank, with a straight line between the two values beside it.
  const rank = share * (count - 1);
  const below = Math.floor(rank);
  const valueAt = valuesOf(histogram, scale, count - histogram.count);
  const low = within(valueAt(below));
  if (rank === below) return low;
  const high = within(valueAt(below + 1));
  const along = (from: number, to: number): number =>
    Number.isFinite(from) && Number.isFinite(to)
      ? from + (to - from) * (rank - below)
      : Number.isFinite(from)
        ? to
        : from;
  return { least: along(low.least, high.least), most: along(low.most, high.most) };
}

/** Which share of the values lies below what a method takes of a trend. */
function shareOf(method: Expression['method'], percentile: number | null): number {
  if (method === 'min') return 0;
  if (method === 'max') return 1;
  return percentile === null ? 0.5 : percentile / 100;
}

function meanOf(
  { count: recorded, sum }: ExponentialHistogram,
  scale: number,
  count: number,
  told: number | undefined,
): Bounds {
  if (recorded < count)
    return told === undefined ? { least: -Infinity, most: Infinity } : around(told, sumError);
  const mean = (sum / count) * scale;
  return scale === 1 && (count === 1 || Number.isSafeInteger(sum)) ? exactly(mean) : around(mean, sumError);
}

/**
 * Between which bounds the value of a rank is, counted from 0, of a histogram's values and `missing` others. k6 counts
 * values below zero, which only a metric of plain numbers has, among those that are zero.
 */
function valuesOf(histogram: ExponentialHistogram, scale: number, missing: number): (rank: number) => Bounds {
  const { schema, zeroCount, count, sum, cells } = histogram;
  const lowest = scale === 1 ? -Infinity : 0;
  const at = (rank: number): Bounds => {
    if (rank < 0) return { least: lowest, most: lowest };
    if (rank >= count) return exactly(Infinity);
    let before = zeroCount;
    if (rank < before) return { least: lowest, most: 0 };
    for (const [index, inCell] of cells) {
      before += inCell;
      if (rank >= before) continue;
      const { lower, upper } = cellBounds(schema, index);
      return { least: lower * scale * (1 - edgeError), most: upper * scale * (1 + edgeError) };
    }
    return exactly(Infinity);
  };
  // Of one value the sum is the value.
  if (count === 1 && missing === 0)
    return () => (scale === 1 ? exactly(sum) : around(sum * scale, edgeError));
  return (rank) => ({ least: at(rank - missing).least, most: at(rank).most });
}

function around(value: number, error: number): Bounds {
  const most = Math.abs(value) * error;
  return { least: value - most, most: value + most };
}
