import { type ExponentialHistogram } from '@/lib/model/histogram';

/** The zero threshold of Prometheus' Go client, and so of k6: 2^-128. */
export const defaultZeroThreshold = 2 ** -128;

/** A histogram of nothing. Schema 3, k6's: buckets 2^(1/8), so 9 % wide. */
export function emptyHistogram(schema = 3): ExponentialHistogram {
  return { schema, zeroThreshold: defaultZeroThreshold, zeroCount: 0, count: 0, sum: 0, cells: [] };
}
