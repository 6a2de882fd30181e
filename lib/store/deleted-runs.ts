import { endedStates } from '@/lib/model/run';
import { forgetVerdictsAgainst } from './baselines';
import { type Store } from './client';
import { dialectOf } from './dialect';

/** Hides runs that have ended, until they are restored or removed for good. Returns the ids that were hidden. */
export async function deleteRuns(store: Store, ids: readonly string[], nowMs: number): Promise<string[]> {
  return markRuns(store, { ids, deletedAtMs: null, ended: true }, nowMs);
}

/** Takes a deletion back. Returns the ids that are back; a run that was removed for good is not among them. */
export async function restoreRuns(store: Store, ids: readonly string[]): Promise<string[]> {
  return markRuns(store, { ids, deletedAtMs: { not: null }, ended: false }, null);
}

async function markRuns(
  store: Store,
  { ids, deletedAtMs, ended }: { ids: readonly string[]; deletedAtMs: null | { not: null }; ended: boolean },
  markMs: number | null,
): Promise<string[]> {
  const rows = await store.run.findMany({
    where: { id: { in: [...ids] }, deletedAtMs, ...(ended ? { state: { in: [...endedStates] } } : {}) },
    select: { id: true },
  });
  const found = rows.map(({ id }) => id);
  await store.run.updateMany({ where: { id: { in: found } }, data: { deletedAtMs: markMs } });
  // A deleted run is no baseline, a restored one is again, unless another was chosen meanwhile.
  await forgetVerdictsAgainst(store, found);
  return found;
}

/** The runs that were deleted before a moment (Unix ms). */
export async function listDeletedBefore(store: Store, beforeMs: number): Promise<string[]> {
  return (await store.run.findMany({ where: { deletedAtMs: { lt: beforeMs } }, select: { id: true } })).map(
    ({ id }) => id,
  );
}

const rowsAtOnce = 5000;
/** What a long recording has many rows of; the rest goes with the run itself. */
const longTables = [
  'MetricPoint',
  'RequestColumn',
  'Decision',
  'ConcurrencySample',
  'PodEvent',
  'ClusterReport',
  'LogLine',
];

/**
 * Removes a run and all that it recorded for good. A long recording goes in pieces: the database answers others
 * between them, a run under way among them.
 */
export async function removeRun(store: Store, id: string): Promise<void> {
  for (const table of longTables) {
    const piece = (): Promise<number> =>
      store.$executeRawUnsafe(
        `DELETE FROM "${table}" WHERE "id" IN (SELECT "id" FROM "${table}" WHERE "runId" = ${dialectOf(store).value(1)} LIMIT ${rowsAtOnce})`,
        id,
      );
    while ((await piece()) === rowsAtOnce) await new Promise((resolve) => setImmediate(resolve));
  }
  await store.run.deleteMany({ where: { id } });
}
