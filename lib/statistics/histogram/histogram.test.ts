import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedBy, cellBounds, cellIndexOf, histogramBounds } from './bounds';
import { defaultZeroThreshold, emptyHistogram } from './empty';
import { decodeHistogram, encodeHistogram, HistogramFormatError } from './encode';
import { mergeHistograms, rebin, reduceResolution } from './merge';
import { countAbove, countAboveMs, mean, quantile, quantileMs, quantileOfLargest } from './quantile';
import { exponentialHistogramSchema, type ExponentialHistogram } from '@/lib/model/histogram';
import { subtractHistogram } from './subtract';

/** The histogram that Prometheus' client would make of these values. */
function histogramOf(values: readonly number[], schema = 3): ExponentialHistogram {
  const counts = new Map<number, number>();
  let zeroCount = 0;
  for (const value of values) {
    if (value <= defaultZeroThreshold) zeroCount++;
    else counts.set(cellIndexOf(schema, value), (counts.get(cellIndexOf(schema, value)) ?? 0) + 1);
  }
  return {
    schema,
    zeroThreshold: defaultZeroThreshold,
    zeroCount,
    count: values.length,
    sum: values.reduce((a, b) => a + b, 0),
    cells: [...counts].sort(([a], [b]) => a - b),
  };
}

// Quarters of seconds: their sums are exact, so that merges in any order can be compared to the last bit.
const exactValues = fc.array(
  fc.integer({ min: 0, max: 400 }).map((n) => n / 4),
  { maxLength: 60 },
);
const seconds = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e3, noNaN: true })), {
  minLength: 1,
  maxLength: 200,
});
const schemas = fc.integer({ min: -4, max: 8 });
const histograms = fc.tuple(exactValues, schemas).map(([values, schema]) => histogramOf(values, schema));

/** k6's percentile: exact rank, a straight line between neighbours (metrics/sink.go, TrendSink.P). */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? NaN;
  return low + (rank - Math.floor(rank)) * ((sorted[Math.ceil(rank)] ?? NaN) - low);
}

describe('merge', () => {
  it('is the histogram of all values, in any order and grouping', () => {
    fc.assert(
      fc.property(histograms, histograms, histograms, (a, b, c) => {
        const all = mergeHistograms([a, b, c]);
        expect(mergeHistograms([c, a, b])).toEqual(all);
        expect(mergeHistograms([mergeHistograms([a, b]), c])).toEqual(all);
        expect(mergeHistograms([a, mergeHistograms([b, c])])).toEqual(all);
        expect(exponentialHistogramSchema.parse(all)).toEqual(all);
      }),
    );
    fc.assert(
      fc.property(exactValues, exactValues, schemas, (a, b, schema) => {
        expect(mergeHistograms([histogramOf(a, schema), histogramOf(b, schema)])).toEqual(
          histogramOf([...a, ...b], schema),
        );
      }),
    );
  });

  it('of none is empty, and the empty one changes nothing', () => {
    expect(mergeHistograms([])).toEqual(emptyHistogram());
    const some = histogramOf([0, 0.5, 3]);
    expect(mergeHistograms([some, emptyHistogram()])).toEqual(some);
  });

  it('lets a wider zero bucket take what it reaches into', () => {
    const wide = { ...histogramOf([0]), zeroThreshold: 0.5 };
    const merged = mergeHistograms([wide, histogramOf([0.3, 0.45, 2])]);
    expect(merged).toMatchObject({ zeroCount: 3, count: 4, zeroThreshold: 0.5, cells: [[8, 1]] });
    // 0.6 is inside the bucket (0.595, 0.648], so the zero bucket ends at that bucket's edge.
    const reaching = mergeHistograms([{ ...wide, zeroThreshold: 0.6 }, histogramOf([0.62])]);
    expect(reaching).toMatchObject({ zeroCount: 2, zeroThreshold: 2 ** (-5 / 8), cells: [] });
  });

  it('reduces the resolution to what the coarser schema would have recorded', () => {
    fc.assert(
      fc.property(seconds, schemas, schemas, (values, from, to) => {
        expect(reduceResolution(histogramOf(values, from), to)).toEqual(
          histogramOf(values, Math.min(from, to)),
        );
      }),
    );
  });

  it('rebins moments by even steps without losing a value', () => {
    const moments = [1000, 2000, 2500, 7000].map((atMs, i) => ({ atMs, histogram: histogramOf([i + 1]) }));
    expect(rebin(moments, 2000)).toEqual([
      { atMs: 2000, histogram: histogramOf([1, 2]) },
      { atMs: 4000, histogram: histogramOf([3]) },
      { atMs: 8000, histogram: histogramOf([4]) },
    ]);
  });
});

describe('subtract', () => {
  it('undoes a merge', () => {
    fc.assert(
      fc.property(exactValues, exactValues, schemas, (a, b, schema) => {
        const earlier = histogramOf(a, schema);
        const gained = histogramOf(b, schema);
        expect(subtractHistogram(mergeHistograms([earlier, gained]), earlier)).toEqual(gained);
      }),
    );
  });

  it('takes the whole of a reading after a reset', () => {
    const before = histogramOf([1, 2, 3, 0]);
    for (const values of [[1], [1, 2, 0], [5, 6, 7, 8, 9, 10], [1, 2, 3, 4, 5]]) {
      expect(subtractHistogram(histogramOf(values), before)).toEqual(histogramOf(values));
    }
  });

  it('follows a histogram that coarsened its buckets', () => {
    expect(subtractHistogram(histogramOf([1, 2, 3], 3), histogramOf([1, 2], 5))).toEqual(histogramOf([3], 3));
  });
});

describe('quantile', () => {
  it('is off by no more than the width of the bucket', () => {
    fc.assert(
      fc.property(
        seconds,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (values, q, schema) => {
          // Between two values both ends of the line are off by up to their own bucket; the upper one's is the wider.
          const upper = [...values].sort((a, b) => a - b)[Math.ceil(q * (values.length - 1))] ?? NaN;
          const bounds = cellBounds(schema, cellIndexOf(schema, upper));
          const width = upper === 0 ? 0 : bounds.upper - bounds.lower;
          const error = Math.abs(quantile(histogramOf(values, schema), q) - exactQuantile(values, q));
          expect(error).toBeLessThanOrEqual(width * (1 + 1e-9));
        },
      ),
    );
  });

  it('is never beyond the largest value, where that is known, nor further off for it', () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: 0, max: 1, noNaN: true }), schemas, (values, q, schema) => {
        const largest = Math.max(...values);
        const bounded = boundedBy(histogramOf(values, schema), largest);
        expect(quantile(bounded, q)).toBeLessThanOrEqual(largest * (1 + 1e-12));
        expect(histogramBounds(bounded)!.max).toBe(largest);
        expect(countAbove(bounded, largest)).toBe(0);
        const exact = exactQuantile(values, q);
        const upper = [...values].sort((a, b) => a - b)[Math.ceil(q * (values.length - 1))] ?? NaN;
        const { lower, upper: edge } = cellBounds(schema, cellIndexOf(schema, upper || 1));
        const width = upper === 0 ? 0 : edge - lower;
        expect(Math.abs(quantile(bounded, q) - exact)).toBeLessThanOrEqual(width * (1 + 1e-9));
        // Parts of it know the same, and what is merged knows the largest of its parts.
        expect(mergeHistograms([bounded, boundedBy(histogramOf([0], schema), 0)]).atMost ?? 0).toBe(largest);
        expect(mergeHistograms([bounded, histogramOf([1], schema)]).atMost).toBeUndefined();
      }),
    );
  });

  it('of the largest alone is that of these values', () => {
    fc.assert(
      fc.property(
        seconds,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (values, q, most) => {
          const largest = [...values].sort((a, b) => b - a).slice(0, most);
          const found = quantileOfLargest(histogramOf(values), most, q);
          const upper = [...largest].reverse()[Math.ceil(q * (largest.length - 1))]!;
          const { lower, upper: edge } = cellBounds(3, cellIndexOf(3, upper || 1));
          const width = upper === 0 ? 0 : edge - lower;
          expect(Math.abs(found - exactQuantile(largest, q))).toBeLessThanOrEqual(width * (1 + 1e-9));
        },
      ),
    );
    expect(quantileOfLargest(histogramOf([1, 2]), 0, 0.5)).toBeNaN();
  });

  it('grows with q and stays within the bounds', () => {
    fc.assert(
      fc.property(
        seconds,
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        (values, qs) => {
          const histogram = histogramOf(values);
          const low = quantile(histogram, Math.min(...qs));
          const high = quantile(histogram, Math.max(...qs));
          const bounds = histogramBounds(histogram);
          expect(low).toBeLessThanOrEqual(high * (1 + 1e-12));
          expect(low).toBeGreaterThanOrEqual(bounds?.min ?? NaN);
          expect(high).toBeLessThanOrEqual(bounds?.max ?? NaN);
        },
      ),
    );
  });

  it('says NaN of nothing, 0 of zeros, and ms where asked', () => {
    expect(quantile(emptyHistogram(), 0.5)).toBeNaN();
    expect(mean(emptyHistogram())).toBeNaN();
    expect(histogramBounds(emptyHistogram())).toBeNull();
    expect(quantile(histogramOf([0, 0, 5]), 0.5)).toBe(0);
    const histogram = histogramOf([0.02, 0.03, 0.04]);
    expect(quantileMs(histogram, 0.5)).toBeCloseTo(quantile(histogram, 0.5) * 1000);
    expect(countAboveMs(histogram, 25)).toBeCloseTo(countAbove(histogram, 0.025));
    expect(mean(histogram)).toBeCloseTo(0.03);
  });
});

describe('countAbove', () => {
  it('is exact at bucket edges and off by at most one bucket elsewhere', () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: 1e-6, max: 1e3, noNaN: true }), (values, limit) => {
        const histogram = histogramOf(values);
        const index = cellIndexOf(3, limit);
        const { upper } = cellBounds(3, index);
        expect(countAbove(histogram, upper)).toBe(values.filter((v) => v > upper).length);
        const sharing = values.filter((v) => v > 0 && cellIndexOf(3, v) === index).length;
        expect(
          Math.abs(countAbove(histogram, limit) - values.filter((v) => v > limit).length),
        ).toBeLessThanOrEqual(sharing + 1e-9);
      }),
    );
    expect(countAbove(histogramOf([0, 1]), -1)).toBe(2);
    expect(countAbove(histogramOf([0, 1]), 0)).toBe(1);
  });
});

describe('encoding', () => {
  it('comes back to the last bit', () => {
    fc.assert(
      fc.property(
        fc.tuple(seconds, schemas).map(([values, schema]) => histogramOf(values, schema)),
        (histogram) => {
          expect(decodeHistogram(encodeHistogram(histogram))).toEqual(histogram);
        },
      ),
    );
    const count = fc.oneof(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      fc.double({ min: 0.1, max: 1e9, noNaN: true }),
    );
    const any = fc.record({
      schema: schemas,
      zeroThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
      zeroCount: count,
      count,
      sum: fc.double({ noNaN: true }),
      cells: fc
        .uniqueArray(fc.tuple(fc.integer({ min: -100_000, max: 100_000 }), count), {
          selector: ([index]) => index,
        })
        .map((cells) => cells.sort(([a], [b]) => a - b)),
    });
    fc.assert(
      fc.property(any, (histogram) => {
        expect(decodeHistogram(encodeHistogram(histogram))).toEqual(histogram);
      }),
    );
  });

  it('reads from the middle of a larger buffer, and takes few bytes', () => {
    const histogram = histogramOf(Array.from({ length: 2000 }, (_, i) => 0.028 + i / 100_000));
    const bytes = encodeHistogram(histogram);
    expect(bytes.length).toBeLessThanOrEqual(16 + 3 * histogram.cells.length);
    const padded = new Uint8Array(bytes.length + 10);
    padded.set(bytes, 5);
    expect(decodeHistogram(padded.subarray(5, 5 + bytes.length))).toEqual(histogram);
  });

  it('refuses bytes that are not one histogram', () => {
    const bytes = encodeHistogram(histogramOf([1, 2, 3]));
    for (const bad of [
      new Uint8Array(),
      bytes.subarray(0, -1),
      new Uint8Array([...bytes, 0]),
      new Uint8Array([9, ...bytes.subarray(1)]),
    ]) {
      expect(() => decodeHistogram(bad)).toThrow(HistogramFormatError);
    }
  });
});
