import { type Store } from '@/lib/store/client';
import { removeRun } from '@/lib/store/deleted-runs';
import { countKept, listOldRuns } from '@/lib/store/old-runs';
import { type Retention } from '@/lib/store/settings';
import { thinRun } from '@/lib/store/thin';

const dayMs = 86_400_000;

/** The runs that a retention would change at a moment. */
export interface RetentionPlan {
  thin: string[];
  remove: string[];
  /** Old enough to be changed, but pinned, a baseline or imported. */
  kept: number;
}

/** What a retention would do now. Reads only. */
export async function planRetention(
  store: Store,
  { thin, remove }: Retention,
  nowMs: number,
): Promise<RetentionPlan> {
  const removed = remove ? await listOldRuns(store, nowMs - remove.afterDays * dayMs) : [];
  const gone = new Set(removed);
  // What was thinned to coarser steps already stays so: what is merged cannot be taken apart.
  const thinned = thin
    ? await listOldRuns(store, nowMs - thin.afterDays * dayMs, {
        OR: [{ thinnedStepMs: null }, { thinnedStepMs: { lt: thin.stepSeconds * 1000 } }],
      })
    : [];
  const reach = Math.min(thin?.afterDays ?? Infinity, remove?.afterDays ?? Infinity);
  return {
    thin: thinned.filter((id) => !gone.has(id)),
    remove: removed,
    kept: Number.isFinite(reach) ? await countKept(store, nowMs - reach * dayMs) : 0,
  };
}

/** Does what the plan of this moment says, run after run, and returns it. */
export async function applyRetention(
  store: Store,
  retention: Retention,
  nowMs: number,
): Promise<RetentionPlan> {
  const plan = await planRetention(store, retention, nowMs);
  for (const id of plan.remove) await removeRun(store, id);
  if (retention.thin) {
    for (const id of plan.thin) await thinRun(store, id, retention.thin.stepSeconds * 1000);
  }
  return plan;
}
