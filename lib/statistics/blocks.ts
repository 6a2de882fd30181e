import { emptyHistogram } from './histogram/empty';
import { mergeHistograms } from './histogram/merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';

/** What one even stretch of a run (a second, or several) recorded. Requests of one stretch depend on each other; blocks are the unit that statistics count. */
export interface Block {
  /** Durations; whatever unit the histogram was recorded in. */
  durations: ExponentialHistogram;
  /** How long the stretch is. */
  seconds: number;
  requests: number;
  failures: number;
}

/** Fewer blocks than this say nothing about how a run varies. */
export const leastBlocks = 5;
const mostBatches = 10;
/** A batch has at least this many blocks, where a run is long enough. */
const blocksABatch = 5;

/**
 * Into how many batches a run of so many blocks is cut: five to ten. Batches have to be longer than a slow spell lasts,
 * which costs more when it is wrong than the few that Student's t makes up for.
 */
export function batchCount(blocks: number): number {
  return Math.max(leastBlocks, Math.min(mostBatches, Math.floor(blocks / blocksABatch)));
}

/** Neighbouring blocks put together so that there are `count` of them, each of the same share of the run. */
export function batches(blocks: readonly Block[], count: number): Block[] {
  return Array.from({ length: count }, (_, i) =>
    mergeBlocks(
      blocks.slice(Math.ceil((i * blocks.length) / count), Math.ceil(((i + 1) * blocks.length) / count)),
    ),
  );
}

/** Several blocks as one. */
export function mergeBlocks(blocks: readonly Block[]): Block {
  const filled = blocks.filter(({ durations }) => durations.count > 0).map(({ durations }) => durations);
  return {
    durations: filled.length === 0 ? emptyHistogram() : mergeHistograms(filled),
    seconds: blocks.reduce((sum, block) => sum + block.seconds, 0),
    requests: blocks.reduce((sum, block) => sum + block.requests, 0),
    failures: blocks.reduce((sum, block) => sum + block.failures, 0),
  };
}
