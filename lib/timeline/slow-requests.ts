import { type ExponentialHistogram } from '@/lib/model/histogram';
import { cellBounds, cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { mergeHistograms, reduceResolution } from '@/lib/statistics/histogram/merge';
import { countAbove, quantile, quantileOfLargest } from '@/lib/statistics/histogram/quantile';

import { type Durations, type TimedKind } from './durations';

/** The requests of some time that were slower than the service is when nothing holds it up. */
export interface SlowRequests {
  count: number;
  /** p95 of these; null where there is none. */
  p95Ms: number | null;
}

/**
 * How many of `during` were slow against the steady state; null where there is none to hold them against. "Above" is
 * above the upper edge of the bucket of the steady p99, where counts of histograms are exact. A share p of the steady
 * requests is above it too (about 1 in 100), and so are as many of those that nothing held up: of n requests with a
 * above, s were slow where a = s + p (n − s). The slow ones are taken to be the slowest s.
 */
export function slowRequests(
  during: ExponentialHistogram | null,
  steady: ExponentialHistogram | null,
): SlowRequests | null {
  if (steady === null || steady.count === 0) return null;
  if (during === null || during.count === 0) return { count: 0, p95Ms: null };
  // Edges that both have: of two schemas those of the coarser one.
  const schema = Math.min(during.schema, steady.schema);
  const [own, calm] = [reduceResolution(during, schema), reduceResolution(steady, schema)];
  const p99 = quantile(calm, 0.99);
  const edge = p99 > 0 ? cellBounds(schema, cellIndexOf(schema, p99)).upper : 0;
  const usual = countAbove(calm, edge) / calm.count;
  const slow = usual < 1 ? (countAbove(own, edge) - usual * own.count) / (1 - usual) : 0;
  const count = Math.min(own.count, Math.max(0, Math.round(slow)));
  return { count, p95Ms: count === 0 ? null : quantileOfLargest(during, count, 0.95) * 1000 };
}

/**
 * The same where requests are of several kinds: each is held against its own steady state, one without any against
 * nothing. A wait for a connection, which in a cold start takes as long as the pod does, is held against a call.
 */
export function slowDurations(during: Durations | null, steady: Durations | null): SlowRequests | null {
  if (!during?.kinds || !steady) return slowRequests(during?.histogram ?? null, steady?.histogram ?? null);
  const slow = Object.entries(during.kinds).flatMap(([kind, histogram]) => {
    const calm = steady.kinds ?? { [kind]: steady.histogram };
    const against = calm[kind as TimedKind] ?? (kind === 'connect' ? (calm.unary ?? calm.stream) : undefined);
    const count = slowRequests(histogram, against ?? null)?.count;
    return count === undefined ? [] : [{ count, largest: largestOf(histogram, count) }];
  });
  if (slow.length === 0) return null;
  const count = slow.reduce((sum, one) => sum + one.count, 0);
  const largest = mergeHistograms(slow.map((one) => one.largest));
  return { count, p95Ms: count === 0 ? null : quantile(largest, 0.95) * 1000 };
}

/** The so many largest of a histogram's values. */
function largestOf(histogram: ExponentialHistogram, count: number): ExponentialHistogram {
  let left = count;
  const cells: [number, number][] = [];
  for (const [index, n] of histogram.cells.toReversed()) {
    const taken = Math.min(left, n);
    if (taken > 0) cells.unshift([index, taken]);
    left -= taken;
  }
  return { ...histogram, zeroCount: left, count, sum: 0, cells };
}
