import { type ExponentialHistogram } from './shape';

/** An empty histogram of k6's resolution (schema 3: buckets 9 % wide). */
export function emptyHistogram(schema = 3, zeroThreshold = 0): ExponentialHistogram {
  return { schema, zeroThreshold, zeroCount: 0, count: 0, sum: 0, cells: [] };
}

/** The exact sum of histograms; a finer one is first brought to the coarsest schema among them. */
export function mergeHistograms(histograms: readonly ExponentialHistogram[]): ExponentialHistogram {
  const first = histograms[0];
  if (!first) return emptyHistogram();
  const schema = histograms.reduce((least, h) => Math.min(least, h.schema), first.schema);
  const cells = new Map<number, number>();
  const merged = emptyHistogram(schema);
  for (const h of histograms) {
    merged.zeroThreshold = Math.max(merged.zeroThreshold, h.zeroThreshold);
    merged.zeroCount += h.zeroCount;
    merged.count += h.count;
    merged.sum += h.sum;
    const shift = h.schema - schema;
    // Index i of a finer schema lies in cell ceil(i / 2^shift) of the coarser.
    for (const [index, count] of h.cells) {
      const cell = shift === 0 ? index : Math.ceil(index / 2 ** shift);
      cells.set(cell, (cells.get(cell) ?? 0) + count);
    }
  }
  merged.cells = [...cells].sort(([a], [b]) => a - b);
  return merged;
}

/**
 * What was added between two pushes of one cumulative histogram. A count that fell, or another schema, means that the
 * counter began anew: the later one is then the whole difference.
 */
export function subtractHistogram(later: ExponentialHistogram, earlier: ExponentialHistogram): ExponentialHistogram {
  if (later.schema !== earlier.schema || later.count < earlier.count) return later;
  const before = new Map(earlier.cells);
  const cells: [number, number][] = [];
  for (const [index, count] of later.cells) {
    const added = count - (before.get(index) ?? 0);
    if (added < 0) return later;
    if (added > 0) cells.push([index, added]);
  }
  return { ...later, zeroCount: later.zeroCount - earlier.zeroCount, count: later.count - earlier.count, sum: later.sum - earlier.sum, cells };
}
