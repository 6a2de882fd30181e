import { type ExponentialHistogram } from './shape';

/** The bounds of a cell, in the recorded unit: lower exclusive, upper inclusive. */
export function cellBounds(schema: number, index: number): { lower: number; upper: number } {
  const step = 2 ** -schema;
  return { lower: 2 ** ((index - 1) * step), upper: 2 ** (index * step) };
}

/**
 * The value below which the share `q` (0–1) of the values lies, in the recorded unit; NaN for an empty histogram.
 * Inside a cell it is interpolated exponentially, as the cells grow: the error is below one cell's width.
 */
export function quantile(histogram: ExponentialHistogram, q: number): number {
  if (histogram.count <= 0) return Number.NaN;
  let rank = Math.min(Math.max(q, 0), 1) * histogram.count;
  if (rank <= histogram.zeroCount) return histogram.zeroCount > 0 ? histogram.zeroThreshold / 2 : 0;
  rank -= histogram.zeroCount;
  for (const [i, [index, count]] of histogram.cells.entries()) {
    if (rank <= count || i === histogram.cells.length - 1) {
      const { lower, upper } = cellBounds(histogram.schema, index);
      return lower * (upper / lower) ** Math.min(1, rank / count);
    }
    rank -= count;
  }
  return histogram.zeroThreshold;
}

/** How many values lie above `value`; inside a cell they are taken as evenly spread on its logarithm. */
export function countAbove(histogram: ExponentialHistogram, value: number): number {
  let above = 0;
  for (const [index, count] of histogram.cells) {
    const { lower, upper } = cellBounds(histogram.schema, index);
    if (lower >= value) above += count;
    else if (upper > value) above += (count * Math.log(upper / value)) / Math.log(upper / lower);
  }
  return above;
}
