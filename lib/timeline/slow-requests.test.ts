import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellBounds, cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { edgeAbove, histogramOf, percentile } from '@/lib/statistics/histogram/single-values';
import { slowDurations, slowRequests } from './slow-requests';

const bucketWidth = (value: number): number => {
  const { lower, upper } = cellBounds(3, cellIndexOf(3, value));
  return upper - lower;
};
const durations = (minLength: number): fc.Arbitrary<number[]> =>
  fc.array(fc.double({ min: 0.005, max: 20, noNaN: true }), { minLength, maxLength: 300 });

describe('slow requests', () => {
  it('are those above the steady p99, less the share that always is, and their p95 is that of the slowest so many', () => {
    fc.assert(
      fc.property(durations(1), durations(1), (during, steady) => {
        const found = slowRequests(histogramOf(during), histogramOf(steady))!;
        // The p99's bucket, by the values themselves: of two ranks between which the p99 lies either may name it.
        const ranks = [Math.floor, Math.ceil].map(
          (round) => [...steady].sort((a, b) => a - b)[round(0.99 * (steady.length - 1))]!,
        );
        const edges = [...new Set([...ranks.map(edgeAbove), edgeAbove(percentile(steady, 0.99))])];
        const low = Math.min(...edges);
        const high = Math.max(...edges);
        const counts = [...new Set([...during, ...steady].map(edgeAbove)), ...edges]
          .filter((edge) => edge >= low && edge <= high)
          .map((edge) => {
            const usual = steady.filter((value) => value > edge).length / steady.length;
            const above = during.filter((value) => value > edge).length;
            return usual < 1 ? Math.max(0, Math.round((above - usual * during.length) / (1 - usual))) : 0;
          });
        expect(counts).toContain(found.count);
        if (found.count === 0) expect(found.p95Ms).toBeNull();
        else {
          const slowest = [...during].sort((a, b) => b - a).slice(0, found.count);
          const p95 = percentile(slowest, 0.95);
          expect(Math.abs(found.p95Ms! / 1000 - p95)).toBeLessThanOrEqual(
            bucketWidth(Math.max(...slowest)) * (1 + 1e-9),
          );
        }
      }),
    );
  });

  it('are none in a time that is like the steady state, though 1 in 100 is above its p99', () => {
    const steady = Array.from({ length: 2000 }, (_, i) => (i % 100 === 0 ? 0.5 : 0.03));
    const during = Array.from({ length: 600 }, (_, i) => (i % 100 === 0 ? 0.5 : 0.03));
    expect(slowRequests(histogramOf(during), histogramOf(steady))).toEqual({ count: 0, p95Ms: null });
  });

  it('of 309 that waited 0.7 s among 2,000 have a p95 of 0.7 s, not that of all', () => {
    const steady = Array.from({ length: 3000 }, () => 0.031);
    const during = [...steady.slice(0, 2000), ...Array.from({ length: 309 }, () => 0.7)];
    const found = slowRequests(histogramOf(during), histogramOf(steady))!;
    expect(found.count).toBe(309);
    expect(edgeAbove(found.p95Ms! / 1000)).toBe(edgeAbove(0.7));
  });

  it('are not known without a steady state, and none where no request ended', () => {
    expect(slowRequests(histogramOf([1]), null)).toBeNull();
    expect(slowRequests(null, histogramOf([1]))).toEqual({ count: 0, p95Ms: null });
  });
});

describe('requests of several kinds', () => {
  const repeated = (value: number, times: number): number[] => Array.from({ length: times }, () => value);
  const both = (unary: readonly number[], stream: readonly number[]) => ({
    histogram: histogramOf([...unary, ...stream]),
    kinds: { unary: histogramOf(unary), stream: histogramOf(stream) },
  });
  const steady = both(repeated(0.005, 200), repeated(1, 20));

  it('are slow for their own kind: a call that takes half as long as a stream is', () => {
    const during = both([...repeated(0.005, 50), ...repeated(0.5, 7)], repeated(1, 10));
    expect(slowRequests(during.histogram, steady.histogram)!.count).toBe(0);
    const found = slowDurations(during, steady)!;
    expect(found.count).toBe(7);
    expect(found.p95Ms! / 1000).toBeGreaterThan(0.5 - bucketWidth(0.5));
    expect(found.p95Ms! / 1000).toBeLessThan(0.5 + bucketWidth(0.5));
  });

  it('have their waits for a connection held against a call, which are none in the steady state', () => {
    const during = { ...both(repeated(0.005, 10), []), histogram: histogramOf(repeated(0.005, 10)) };
    const cold = { ...during, kinds: { unary: during.histogram, connect: histogramOf(repeated(3, 4)) } };
    expect(slowDurations(cold, steady)!.count).toBe(4);
    expect(slowDurations(cold, null)).toBeNull();
  });
});
