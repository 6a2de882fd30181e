import { reduceResolution } from './merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';

/**
 * What a cumulative histogram gained between two readings. A reading that lost values anywhere was reset in between
 * (its process began anew), so then all of `later` is gain, as Prometheus counts it.
 */
export function subtractHistogram(
  later: ExponentialHistogram,
  earlier: ExponentialHistogram,
): ExponentialHistogram {
  if (later.schema > earlier.schema || later.zeroThreshold !== earlier.zeroThreshold) return later;
  const before = new Map(reduceResolution(earlier, later.schema).cells);
  const cells: [number, number][] = [];
  for (const [index, count] of later.cells) {
    const gain = count - (before.get(index) ?? 0);
    if (gain < 0) return later;
    if (gain > 0) cells.push([index, gain]);
    before.delete(index);
  }
  const count = later.count - earlier.count;
  const zeroCount = later.zeroCount - earlier.zeroCount;
  if (before.size > 0 || count < 0 || zeroCount < 0) return later;
  // Two sums of the same values may differ in their last bits.
  return {
    schema: later.schema,
    zeroThreshold: later.zeroThreshold,
    zeroCount,
    count,
    sum: count === 0 ? 0 : later.sum - earlier.sum,
    cells,
  };
}
