import { type Store } from '@/lib/store/client';
import { readOverview } from '@/lib/store/overview';
import { closeAllGaps } from '@/lib/store/recording';
import { findRun, moveRun } from '@/lib/store/runs';
import { type RunState } from '@/lib/model/life';
import { type Message } from '@/lib/model/message';
import { type RunSummary } from '@/lib/model/run';
import { endOfOverview } from '@/lib/timeline/overview';
import { figuresOf, podsSparkOf } from './figures';

export interface RunEnd {
  state: RunState;
  /** Null for a clean end. */
  stateReason: Message | null;
  summary?: RunSummary | null;
}

/**
 * Ends a run with the figures of all that was recorded. `endMs` is its end on its own clock; null: its last row's time.
 * Throws MoveRefused where it has ended already.
 */
export async function closeRun(
  store: Store,
  id: string,
  endMs: number | null,
  { state, stateReason, summary = null }: RunEnd,
): Promise<void> {
  const run = await findRun(store, id);
  if (!run) return;
  const { overview } = await readOverview(store, id);
  const lastMs = endMs ?? endOfOverview(overview);
  await closeAllGaps(store, id, lastMs);
  const loadEndMs = run.loadEndMs ?? lastMs;
  await moveRun(store, id, state, {
    ...(endMs === null && run.loadStartMs !== null ? { loadEndMs } : {}),
    endedAtMs: (run.originMs ?? run.createdAtMs) + lastMs,
    ...figuresOf(overview, summary, run.loadStartMs ?? 0, loadEndMs),
    podsSpark: podsSparkOf(overview, lastMs),
    stateReason,
    summary,
    loadHandle: null,
  });
}
