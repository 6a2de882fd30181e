import { type ExponentialHistogram } from '@/lib/model/histogram';

/** The bucket `index` of a schema: values v with `lower < v <= upper`, in the recorded unit. */
export function cellBounds(schema: number, index: number): { lower: number; upper: number } {
  return { lower: upperBound(schema, index - 1), upper: upperBound(schema, index) };
}

/** The bucket that a positive value falls in. */
export function cellIndexOf(schema: number, value: number): number {
  const index = Math.ceil(Math.log2(value) * 2 ** schema);
  // The logarithm may be off by its last bit beside a bucket's edge.
  if (value > upperBound(schema, index)) return index + 1;
  return value <= upperBound(schema, index - 1) ? index - 1 : index;
}

/**
 * Between which bounds all values lie: the lower edge of the first bucket with a value and the upper edge of the
 * last, or the largest value where that is known; null for a histogram of nothing. Values in the zero bucket count as 0.
 */
export function histogramBounds(histogram: ExponentialHistogram): { min: number; max: number } | null {
  const { schema, zeroCount, cells, atMost = Infinity } = histogram;
  const first = cells[0];
  const last = cells.at(-1);
  if (!first || !last) return zeroCount > 0 ? { min: 0, max: 0 } : null;
  const { lower, upper } = cellBounds(schema, last[0]);
  return {
    min: zeroCount > 0 ? 0 : cellBounds(schema, first[0]).lower,
    max: atMost > lower ? Math.min(upper, atMost) : upper,
  };
}

function upperBound(schema: number, index: number): number {
  return 2 ** (index * 2 ** -schema);
}

/** The same values, of which it is known that none is larger; the histogram itself where it is not. */
export function boundedBy(histogram: ExponentialHistogram, atMost: number | null): ExponentialHistogram {
  return atMost === null ? histogram : { ...histogram, atMost };
}
