import { z } from 'zod';

/**
 * An exponential histogram (Prometheus native histogram) of one series over one span of time.
 * Bucket `index` holds the values v with `base^(index-1) < v <= base^index`, `base = 2^(2^-schema)`.
 * k6 records durations in seconds; indexes stay in the recorded unit, so that merging is exact.
 */
export const exponentialHistogramSchema = z.object({
  schema: z.number().int().min(-4).max(8),
  /** Values in [-zeroThreshold, zeroThreshold]. */
  zeroThreshold: z.number().nonnegative(),
  zeroCount: z.number().nonnegative(),
  count: z.number().nonnegative(),
  sum: z.number(),
  /** [index, count] in ascending order of index; no empty cells. */
  cells: z.array(z.tuple([z.number().int(), z.number()])),
  /** No value is larger, as who measured them all says; left out where only the buckets are known. */
  atMost: z.number().nonnegative().optional(),
});
export type ExponentialHistogram = z.infer<typeof exponentialHistogramSchema>;
