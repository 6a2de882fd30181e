import { type Block } from '@/lib/statistics/blocks';
import { type Store } from '@/lib/store/client';
import { readLoad } from '@/lib/store/trend';
import { loadColumns } from '@/lib/timeline/load-columns';

/** Enough that the test cuts as many batches as it would of all seconds. */
const mostBlocks = 120;
const mostKept = 300;
const shared = globalThis as typeof globalThis & { scaletraceRunBlocks?: Map<string, Block[]> };

/** A run's load in at most 120 blocks. What a run that has ended recorded stays as it is, so the last few hundred are kept. */
export async function blocksOfRun(
  store: Store,
  { id, ended, thinnedStepMs }: { id: string; ended: boolean; thinnedStepMs: number | null },
): Promise<Block[]> {
  const kept = (shared.scaletraceRunBlocks ??= new Map<string, Block[]>());
  const key = `${id} ${thinnedStepMs ?? ''}`;
  const known = kept.get(key);
  if (known) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const blocks = loadColumns(await readLoad(store, id), mostBlocks, thinnedStepMs ?? undefined);
  if (ended) {
    kept.set(key, blocks);
    const oldest = kept.keys().next().value;
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  }
  return blocks;
}
