import { type ExponentialHistogram } from '@/lib/model/histogram';
import { cellBounds, cellIndexOf } from './bounds';
import { emptyHistogram } from './empty';
import { mergeHistograms } from './merge';

/** The schema in which k6 records. */
const schema = 3;

/** A histogram as k6 would have recorded these values, for tests. */
export function histogramOf(values: readonly number[]): ExponentialHistogram {
  return mergeHistograms(
    values.map((value) => ({
      ...emptyHistogram(schema),
      count: 1,
      sum: value,
      cells: [[cellIndexOf(schema, value), 1]],
    })),
  );
}

/** k6's percentile over single values. */
export function percentile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const low = sorted[Math.floor(rank)]!;
  return low + (rank - Math.floor(rank)) * (sorted[Math.ceil(rank)]! - low);
}

/** The upper edge of the bucket that a value is recorded in. */
export function edgeAbove(value: number): number {
  return cellBounds(schema, cellIndexOf(schema, value)).upper;
}

/** By how much what is read from a histogram of these values may be off at a quantile: the width of the widest bucket that it may lie in. */
export function offAt(values: readonly number[], q: number): number {
  const upper = [...values].sort((a, b) => a - b)[Math.ceil(q * (values.length - 1))]!;
  const { lower, upper: edge } = cellBounds(schema, cellIndexOf(schema, upper));
  return (edge - lower) * (1 + 1e-9);
}
