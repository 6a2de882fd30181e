import { endedStates } from '@/lib/model/run';
import { type Store } from './client';
import { type Prisma } from './generated/client';

/** Runs that ended and were asked for before a moment (Unix ms), oldest first; none that is pinned, a baseline or imported. */
export async function listOldRuns(
  store: Store,
  beforeMs: number,
  more: Prisma.RunWhereInput = {},
): Promise<string[]> {
  const rows = await store.run.findMany({
    where: { AND: [old(beforeMs), { pinned: false, importedFrom: null, baselineOf: { none: {} } }, more] },
    orderBy: { createdAtMs: 'asc' },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** Of the old runs, how many are kept because they are pinned, a baseline or imported: an import bears the time of its own tool. */
export async function countKept(store: Store, beforeMs: number): Promise<number> {
  return store.run.count({
    where: {
      AND: [
        old(beforeMs),
        { OR: [{ pinned: true }, { importedFrom: { not: null } }, { baselineOf: { some: {} } }] },
      ],
    },
  });
}

const old = (beforeMs: number): Prisma.RunWhereInput => ({
  deletedAtMs: null,
  board: false,
  state: { in: [...endedStates] },
  createdAtMs: { lt: beforeMs },
});
