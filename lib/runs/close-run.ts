import { type Store } from '@/lib/store/client';
import { readOverview } from '@/lib/store/overview';
import { closeAllGaps } from '@/lib/store/recording';
import { findRun, updateRun, type RunChange } from '@/lib/store/runs';
import { endOfOverview } from '@/lib/timeline/overview';
import { figuresOf, podsSparkOf } from './figures';

/** Ends a run with the figures of all that was recorded. `endMs` is its end on its own clock; null: its last row's time. */
export async function closeRun(
  store: Store,
  id: string,
  endMs: number | null,
  { summary = null, ...change }: RunChange,
): Promise<void> {
  const run = await findRun(store, id);
  if (!run) return;
  const { overview } = await readOverview(store, id);
  const lastMs = endMs ?? endOfOverview(overview);
  await closeAllGaps(store, id, lastMs);
  const loadEndMs = run.loadEndMs ?? lastMs;
  await updateRun(store, id, {
    ...(endMs === null && run.loadStartMs !== null ? { loadEndMs } : {}),
    endedAtMs: (run.originMs ?? run.createdAtMs) + lastMs,
    ...figuresOf(overview, summary, run.loadStartMs ?? 0, loadEndMs),
    podsSpark: podsSparkOf(overview, lastMs),
    ...change,
    summary,
    k6Pid: null,
  });
}
