import { cellBounds } from './bounds';
import { type ExponentialHistogram } from '@/lib/model/histogram';

/**
 * The value below which the share `q` (0..1) of the values lies, in the recorded unit; NaN for a histogram of nothing.
 * The rank is exact and k6's own, q × (count - 1), with a straight line between the two values next to it; a value's
 * place in its bucket is estimated, the bucket's values being spread evenly over the logarithm of its width. So the
 * error is at most that bucket's width. Values in the zero bucket count as 0.
 */
export function quantile(histogram: ExponentialHistogram, q: number): number {
  if (histogram.count === 0 || Number.isNaN(q)) return NaN;
  return atRank(histogram, Math.min(1, Math.max(0, q)) * (histogram.count - 1));
}

/** `quantile` of the `most` largest of the values alone; NaN where these are none. */
export function quantileOfLargest(histogram: ExponentialHistogram, most: number, q: number): number {
  const count = Math.min(histogram.count, most);
  if (count <= 0 || Number.isNaN(q)) return NaN;
  return atRank(histogram, histogram.count - count + Math.min(1, Math.max(0, q)) * Math.max(0, count - 1));
}

/** The value at a rank counted from 0, with a straight line between two of them. */
function atRank(histogram: ExponentialHistogram, rank: number): number {
  const below = Math.floor(rank);
  const low = valueAt(histogram, below);
  return rank === below ? low : low + (rank - below) * (valueAt(histogram, below + 1) - low);
}

/** How many of the values are above `value`, in the recorded unit; within a bucket by the same even spread. */
export function countAbove(histogram: ExponentialHistogram, value: number): number {
  if (value < 0) return histogram.count;
  if (value >= (histogram.atMost ?? Infinity)) return 0;
  let above = 0;
  for (const [index, count] of histogram.cells) {
    const { lower, upper } = boundsIn(histogram, index);
    if (value <= lower) above += count;
    else if (value < upper) above += count * (Math.log(upper / value) / Math.log(upper / lower));
  }
  return above;
}

/** The mean of the values, in the recorded unit: exact, from their sum; NaN for a histogram of nothing. */
export function mean(histogram: ExponentialHistogram): number {
  return histogram.count === 0 ? NaN : histogram.sum / histogram.count;
}

/** `quantile` in ms of a histogram whose values are seconds. */
export function quantileMs(histogram: ExponentialHistogram, q: number): number {
  return quantile(histogram, q) * 1000;
}

/** `countAbove` for a limit in ms of a histogram whose values are seconds. */
export function countAboveMs(histogram: ExponentialHistogram, limitMs: number): number {
  return countAbove(histogram, limitMs / 1000);
}

/** `mean` in ms of a histogram whose values are seconds. */
export function meanMs(histogram: ExponentialHistogram): number {
  return mean(histogram) * 1000;
}

// The value of a rank counted from 0.
function valueAt(histogram: ExponentialHistogram, rank: number): number {
  let before = histogram.zeroCount;
  if (rank < before) return 0;
  for (const [index, count] of histogram.cells) {
    if (rank < before + count) {
      const { lower, upper } = boundsIn(histogram, index);
      return lower * (upper / lower) ** ((rank - before + 0.5) / count);
    }
    before += count;
  }
  const last = histogram.cells.at(-1);
  return last ? boundsIn(histogram, last[0]).upper : 0;
}

/** A bucket's bounds, up to the largest value that is known: above it there is none. */
function boundsIn({ schema, atMost = Infinity }: ExponentialHistogram, index: number): Bounds {
  const { lower, upper } = cellBounds(schema, index);
  // A largest value below the bucket is no measure of what is in it.
  return { lower, upper: atMost > lower ? Math.min(upper, atMost) : upper };
}

type Bounds = ReturnType<typeof cellBounds>;
