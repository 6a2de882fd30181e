import { describe, expect, it } from 'vitest';
import { cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { barsOf, curveOf, nines, shareName } from './curve';

function histogramOf(values: [seconds: number, count: number][]): ExponentialHistogram {
  const cells = values.map(([value, count]): [number, number] => [cellIndexOf(3, value), count]);
  return {
    schema: 3,
    zeroThreshold: 0,
    zeroCount: 0,
    count: values.reduce((sum, [, n]) => sum + n, 0),
    sum: values.reduce((sum, [value, n]) => sum + value * n, 0),
    cells,
  };
}

describe('curveOf', () => {
  it('gives each further nine the same width, to p99.99', () => {
    expect([0, 0.9, 0.99, 0.9999].map((share) => Math.round(nines(share)))).toEqual([0, 1, 2, 4]);
    expect([0.5, 0.999, 0.9999].map(shareName)).toEqual(['p50', 'p99.9', 'p99.99']);
    const curve = curveOf(
      histogramOf([
        [0.03, 999_000],
        [2, 1000],
      ]),
    );
    expect(curve.at(-1)!.x).toBeCloseTo(4);
    expect(curve[0]!.y).toBeLessThan(35);
    expect(curve.at(-1)!.y).toBeGreaterThan(1800);
    expect(curve.every((point, i) => i === 0 || point.y >= curve[i - 1]!.y)).toBe(true);
  });

  it('ends where no value is left above', () => {
    expect(curveOf(histogramOf([[0.03, 100]])).at(-1)!.x).toBeCloseTo(2);
    expect(curveOf(histogramOf([]))).toEqual([]);
  });
});

describe('barsOf', () => {
  it('keeps every value, over the same buckets for all', () => {
    const { edgesMs, counts } = barsOf([
      histogramOf([
        [0.03, 5],
        [1, 2],
      ]),
      histogramOf([[0.5, 7]]),
    ]);
    expect(edgesMs).toHaveLength(counts[0]!.length + 1);
    expect(counts.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([7, 7]);
    expect(edgesMs[0]).toBeLessThan(30);
    expect(edgesMs.at(-1)).toBeGreaterThanOrEqual(1000);
  });

  it('takes wider buckets where there would be too many', () => {
    const wide = histogramOf([
      [0.0001, 3],
      [100, 4],
    ]);
    const { counts } = barsOf([wide], 40);
    expect(counts[0]!.length).toBeLessThanOrEqual(40);
    expect(counts[0]!.reduce((a, b) => a + b, 0)).toBe(7);
  });
});
