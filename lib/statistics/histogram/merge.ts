import { cellBounds } from './bounds';
import { emptyHistogram } from './empty';
import { type ExponentialHistogram } from '@/lib/model/histogram';

/**
 * All values of the given histograms in one; counts add up exactly, whichever process or second they come from. Of
 * several schemas the coarsest is taken; the largest value is known where it is of each. A list of none gives a histogram of nothing.
 */
export function mergeHistograms(histograms: readonly ExponentialHistogram[]): ExponentialHistogram {
  const [first] = histograms;
  if (!first) return emptyHistogram();
  const schema = histograms.reduce((least, h) => Math.min(least, h.schema), first.schema);
  const atMost = histograms.reduce((most, h) => Math.max(most, h.count > 0 ? (h.atMost ?? Infinity) : 0), 0);
  const merged = {
    schema,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    ...(atMost > 0 && atMost < Infinity ? { atMost } : {}),
  };
  for (const histogram of histograms) {
    merged.zeroThreshold = Math.max(merged.zeroThreshold, histogram.zeroThreshold);
    merged.zeroCount += histogram.zeroCount;
    merged.count += histogram.count;
    merged.sum += histogram.sum;
  }
  const cells = mergedCells(histograms, schema);
  return histograms.every((h) => h.zeroThreshold === merged.zeroThreshold)
    ? { ...merged, cells }
    : widenZero({ ...merged, cells });
}

/** The same values in wider buckets; the histogram itself if its schema is that coarse already. */
export function reduceResolution(histogram: ExponentialHistogram, schema: number): ExponentialHistogram {
  if (histogram.schema <= schema) return histogram;
  const counts = new Map<number, number>();
  addCells(counts, histogram, schema);
  return { ...histogram, schema, cells: sortedCells(counts) };
}

/**
 * Histograms of moments put together in even steps: the one at `atMs` holds all that ended in `(atMs - stepMs, atMs]`.
 * Steps without any are left out. Input and output in ascending order of `atMs`.
 */
export function rebin(
  moments: readonly { atMs: number; histogram: ExponentialHistogram }[],
  stepMs: number,
): { atMs: number; histogram: ExponentialHistogram }[] {
  const groups = new Map<number, ExponentialHistogram[]>();
  for (const { atMs, histogram } of moments) {
    const endMs = Math.ceil(atMs / stepMs) * stepMs;
    const group = groups.get(endMs);
    if (group) group.push(histogram);
    else groups.set(endMs, [histogram]);
  }
  return [...groups].map(([atMs, histograms]) => ({ atMs, histogram: mergeHistograms(histograms) }));
}

/** Buckets in a row need no map; k6's lie within a few hundred. */
const mostInRow = 4096;

function mergedCells(histograms: readonly ExponentialHistogram[], schema: number): [number, number][] {
  let first = Infinity;
  let last = -Infinity;
  for (const { cells, schema: own } of histograms) {
    const width = 2 ** (own - schema);
    const [low, high] = [cells[0], cells.at(-1)];
    if (!low || !high) continue;
    first = Math.min(first, Math.ceil(low[0] / width));
    last = Math.max(last, Math.ceil(high[0] / width));
  }
  if (last - first >= mostInRow) {
    const counts = new Map<number, number>();
    for (const histogram of histograms) addCells(counts, histogram, schema);
    return sortedCells(counts);
  }
  const row = new Float64Array(Math.max(0, last - first + 1));
  for (const { cells, schema: own } of histograms) {
    const width = 2 ** (own - schema);
    for (const [index, count] of cells) row[Math.ceil(index / width) - first]! += count;
  }
  const merged: [number, number][] = [];
  for (const [i, count] of row.entries()) if (count > 0) merged.push([first + i, count]);
  return merged;
}

function addCells(counts: Map<number, number>, histogram: ExponentialHistogram, schema: number): void {
  const width = 2 ** (histogram.schema - schema);
  for (const [index, count] of histogram.cells) {
    const target = Math.ceil(index / width);
    counts.set(target, (counts.get(target) ?? 0) + count);
  }
}

function sortedCells(counts: Map<number, number>): [number, number][] {
  return [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
}

// A wider zero bucket takes the buckets that it reaches into, as Prometheus does: its edge moves to theirs.
function widenZero(histogram: ExponentialHistogram): ExponentialHistogram {
  let { zeroThreshold, zeroCount } = histogram;
  let swallowed = 0;
  for (const [index, count] of histogram.cells) {
    const { lower, upper } = cellBounds(histogram.schema, index);
    if (lower >= zeroThreshold) break;
    zeroThreshold = Math.max(zeroThreshold, upper);
    zeroCount += count;
    swallowed++;
  }
  return { ...histogram, zeroThreshold, zeroCount, cells: histogram.cells.slice(swallowed) };
}
