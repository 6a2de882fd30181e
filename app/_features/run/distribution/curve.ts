import { cellBounds } from '@/lib/statistics/histogram/bounds';
import { reduceResolution } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';

/** The percentiles that a table shows and the curve's axis bears, as shares. */
export const shownShares = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999] as const;

/** `p99.9` of 0.999. */
export function shareName(share: number): string {
  return `p${Number((share * 100).toFixed(4))}`;
}

/** A share's place on the curve's axis: each factor of ten of 1 ÷ (1 − share) is as wide as the one before. */
export function nines(share: number): number {
  return Math.log10(1 / (1 - share));
}

/** The end of the axis: p99.99. */
export const mostNines = 4;

/** Points of the curve (x: `nines`, y: ms), up to p99.99 or to where less than one value is left above. */
export function curveOf(histogram: ExponentialHistogram, points = 160): { x: number; y: number }[] {
  if (histogram.count === 0) return [];
  const end = Math.min(mostNines, Math.log10(Math.max(1, histogram.count)));
  return Array.from({ length: points + 1 }, (_, i) => {
    const x = (end * i) / points;
    return { x, y: quantile(histogram, 1 - 10 ** -x) * 1000 };
  });
}

export interface Bars {
  /** The buckets' edges in ms, one more than there are buckets. */
  edgesMs: number[];
  /** Of each histogram given the values in each bucket. */
  counts: number[][];
}

/** Several histograms as bars over the same buckets, from the first with a value to the last; coarser where there would be more than `most`. */
export function barsOf(histograms: readonly ExponentialHistogram[], most = 72): Bars {
  const schemas = histograms.map(({ schema }) => schema);
  for (let schema = Math.min(...schemas); schema >= -4; schema--) {
    const reduced = histograms.map((histogram) => reduceResolution(histogram, schema));
    const indexes = reduced.flatMap(({ cells }) => cells.map(([index]) => index));
    if (indexes.length === 0) return { edgesMs: [], counts: histograms.map(() => []) };
    const first = indexes.reduce((a, b) => Math.min(a, b));
    const length = indexes.reduce((a, b) => Math.max(a, b)) - first + 1;
    if (length > most && schema > -4) continue;
    return {
      edgesMs: Array.from({ length: length + 1 }, (_, i) => cellBounds(schema, first + i).lower * 1000),
      counts: reduced.map(({ cells }) => {
        const counts = new Array<number>(length).fill(0);
        for (const [index, count] of cells) counts[index - first] = count;
        return counts;
      }),
    };
  }
  return { edgesMs: [], counts: [] };
}
