import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHistogram, encodeHistogram } from './encode';
import { mergeHistograms, subtractHistogram } from './merge';
import { countAbove, quantile } from './quantile';
import { exponentialHistogramSchema, type ExponentialHistogram } from './shape';

/** A histogram made of values, the way k6 makes one. */
function histogramOf(values: number[], schema = 3): ExponentialHistogram {
  const cells = new Map<number, number>();
  for (const value of values) {
    const index = Math.ceil(Math.log2(value) * 2 ** schema);
    cells.set(index, (cells.get(index) ?? 0) + 1);
  }
  return { schema, zeroThreshold: 0, zeroCount: 0, count: values.length, sum: values.reduce((a, b) => a + b, 0), cells: [...cells].sort(([a], [b]) => a - b) };
}
const durations = fc.array(fc.double({ min: 1e-4, max: 100, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('exponential histogram', () => {
  it('comes back from its bytes as it was', () => {
    fc.assert(fc.property(durations, (values) => {
      const histogram = histogramOf(values);
      expect(decodeHistogram(encodeHistogram(histogram))).toEqual(histogram);
      expect(exponentialHistogramSchema.safeParse(histogram).success).toBe(true);
    }));
  });

  it('merges to the histogram of all values, in any order', () => {
    fc.assert(fc.property(durations, durations, (a, b) => {
      const whole = histogramOf([...a, ...b]);
      for (const merged of [mergeHistograms([histogramOf(a), histogramOf(b)]), mergeHistograms([histogramOf(b), histogramOf(a)])]) {
        expect(merged.cells).toEqual(whole.cells);
        expect(merged.count).toBe(whole.count);
        expect(merged.sum).toBeCloseTo(whole.sum, 6);
      }
    }));
  });

  it('gives one second back when an earlier push is subtracted from a later one', () => {
    fc.assert(fc.property(durations, durations, (earlier, second) => {
      const added = subtractHistogram(histogramOf([...earlier, ...second]), histogramOf(earlier));
      expect(added.cells).toEqual(histogramOf(second).cells);
      expect(added.count).toBe(second.length);
    }));
  });

  it('takes the later push whole when the counter began anew', () => {
    expect(subtractHistogram(histogramOf([1, 2]), histogramOf([1, 2, 3, 4]))).toEqual(histogramOf([1, 2]));
  });

  it('has quantiles within a cell of the exact ones', () => {
    fc.assert(fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, q) => {
      const sorted = [...values].sort((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
      const ratio = quantile(histogramOf(values), q) / exact;
      expect(ratio).toBeGreaterThan(2 ** (-1 / 8) - 1e-9);
      expect(ratio).toBeLessThan(2 ** (1 / 8) + 1e-9);
    }));
  });

  it('counts what lies above a bound', () => {
    expect(countAbove(histogramOf([1, 2, 4, 8, 16]), 4)).toBeCloseTo(2);
  });

  it('refuses bytes that are not its own', () => {
    expect(() => decodeHistogram(Uint8Array.from([9, 1, 2]))).toThrow(RangeError);
  });
});
