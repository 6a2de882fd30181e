import { type Block } from './blocks';
import { cellBounds } from './histogram/bounds';
import { reduceResolution } from './histogram/merge';
import { type Parts } from './paired';

/** Batches' histograms made ready for many questions of how many requests lie below a duration. */
export class BatchShares {
  private readonly first: number;
  private readonly cells: number;
  private readonly schema: number;
  /** By batch: how many requests lie below each cell's upper edge. */
  private readonly below: Float64Array[];
  private readonly counts: number[];
  /** The same of all batches together. */
  private readonly allBelow: Float64Array;
  private readonly total: number;

  constructor(batches: readonly Block[], schema: number) {
    this.schema = schema;
    const histograms = batches.map(({ durations }) => reduceResolution(durations, schema));
    const indexes = histograms.flatMap(({ cells }) =>
      cells.length === 0 ? [] : [cells[0]![0], cells.at(-1)![0]],
    );
    this.first = Math.min(...indexes);
    this.cells = indexes.length === 0 ? 0 : Math.max(...indexes) - this.first + 1;
    this.counts = histograms.map(({ count }) => count);
    this.total = this.counts.reduce((sum, count) => sum + count, 0);
    this.below = histograms.map(({ zeroCount, cells }) => {
      const counts = new Float64Array(this.cells + 1).fill(0);
      counts[0] = zeroCount;
      for (const [index, count] of cells) counts[index - this.first + 1]! += count;
      for (let i = 1; i < counts.length; i++) counts[i]! += counts[i - 1]!;
      return counts;
    });
    this.allBelow = Float64Array.from({ length: this.cells + 1 }, (_, cell) =>
      this.below.reduce((sum, below) => sum + below[cell]!, 0),
    );
  }

  /** How many requests of each batch are slower than a duration, given by its natural logarithm. */
  slowerThan(log: number): Parts {
    return { part: this.below.map((below, i) => this.counts[i]! - this.at(below, log)), whole: this.counts };
  }

  /** The share of all requests that are not slower than a duration, given by its natural logarithm. */
  shareBelow(log: number): number {
    return this.at(this.allBelow, log) / this.total;
  }

  /** The share of all requests that lie in the bucket with this duration, given by its natural logarithm. */
  shareInBucket(log: number): number {
    const width = Math.LN2 / 2 ** this.schema;
    const upper = Math.ceil(log / width) * width;
    return this.shareBelow(upper) - this.shareBelow(upper - width);
  }

  /** Natural logarithms between which all durations lie. */
  get range(): { low: number; high: number } {
    return {
      low: Math.log(cellBounds(this.schema, this.first).lower),
      high: Math.log(cellBounds(this.schema, this.first + this.cells - 1).upper),
    };
  }

  get empty(): boolean {
    return this.cells === 0;
  }

  // Within a bucket durations are spread evenly over its logarithm, as `quantile` has it.
  private at(below: Float64Array, log: number): number {
    const place = (log * 2 ** this.schema) / Math.LN2 - this.first + 1;
    if (place <= 0) return below[0]!;
    if (place >= this.cells) return below[this.cells]!;
    const cell = Math.floor(place);
    return below[cell]! + (place - cell) * (below[cell + 1]! - below[cell]!);
  }
}
