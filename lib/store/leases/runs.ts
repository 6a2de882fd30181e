import { underWayStates } from '@/lib/model/life';
import { type Run } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { dialectOf } from '@/lib/store/dialect';
import { Prisma } from '@/lib/store/generated/client';
import { targetOf, toServiceOf } from '@/lib/store/runs';

/** Two that ask at once are answered one after the other: "scal", "queu". */
const queueLock = '1935892844, 1903519093';
const ownerIsGone = Prisma.sql`NOT EXISTS (SELECT 1 FROM "Dashboard" AS owner WHERE owner."id" = "Run"."ownerId")`;

/**
 * Takes a queued run for a dashboard. False: another has it, or has one under way of the same service. True also where it has
 * it already, as one that it could not begin. Null as a dashboard: it is the only one on its database.
 */
export async function claimRun(store: Store, run: Run, dashboardId: string | null): Promise<boolean> {
  if (dashboardId === null) return true;
  const taken = {
    id: { not: run.id },
    ownerId: { not: null },
    state: { in: ['queued', ...underWayStates] },
    board: false,
  };
  return store.$transaction(async (transaction) => {
    if (dialectOf(store).kind === 'postgres')
      await transaction.$executeRawUnsafe(`SELECT pg_advisory_xact_lock(${queueLock})`);
    const others = await transaction.run.findMany({ where: taken, select: { serviceJson: true } });
    const target = targetOf(run.service);
    if (others.some(({ serviceJson }) => targetOf(toServiceOf(serviceJson)) === target)) return false;
    const { count } = await transaction.run.updateMany({
      where: { id: run.id, state: 'queued', OR: [{ ownerId: null }, { ownerId: dashboardId }] },
      data: { ownerId: dashboardId },
    });
    return count > 0;
  });
}

/** A run that a dashboard has taken on, and whose it was; null: nobody's. */
interface LeftRun {
  id: string;
  formerOwnerId: string | null;
}

/**
 * The pieces of boards that this process has taken on from dashboards that are gone: it goes on with all others that it has.
 * Where one can neither be ended nor left to others, as while the database is away, it is taken again by the next look.
 */
const takenPieces = new Set<string>();

/**
 * Takes on, for a dashboard, what those that are gone had under way, and puts back in the queue what they were about to
 * begin. Gives the ids of the runs that it has now, with whose they were; each is given to one alone. Among them are its own
 * that it does not go on with (`isUnderWay`): what it took on, or recorded, and could not end.
 */
export async function takeLeftRuns(
  store: Store,
  dashboardId: string,
  isUnderWay: (runId: string) => boolean,
): Promise<LeftRun[]> {
  const left = await store.$queryRaw<{ id: string; ownerId: string | null; board: boolean }[]>(
    Prisma.sql`SELECT "id", "ownerId", "board" FROM "Run" WHERE "state" IN ('queued', ${Prisma.join([...underWayStates])})
      AND ("ownerId" IS NOT NULL OR "state" <> 'queued') AND ("ownerId" IS NULL OR ${ownerIsGone}
        OR ("ownerId" = ${dashboardId} AND "state" <> 'queued'))`,
  );
  const taken: LeftRun[] = [];
  for (const { id, ownerId, board } of left) {
    if (ownerId === dashboardId) {
      if (board ? takenPieces.has(id) : !isUnderWay(id)) taken.push({ id, formerOwnerId: ownerId });
      continue;
    }
    if (board) takenPieces.add(id);
    const where = { id, ownerId };
    await store.run.updateMany({ where: { ...where, state: 'queued' }, data: { ownerId: null } });
    const { count } = await store.run.updateMany({
      where: { ...where, state: { in: [...underWayStates] } },
      data: { ownerId: dashboardId },
    });
    if (count > 0) taken.push({ id, formerOwnerId: ownerId });
  }
  return taken;
}

/** Leaves a run that was taken on to whoever looks next: as it was found, a run of one that is gone. */
export async function leaveRun(
  store: Store,
  { id, formerOwnerId }: LeftRun,
  dashboardId: string,
): Promise<void> {
  await store.run.updateMany({
    where: { id, ownerId: dashboardId, state: { in: [...underWayStates] } },
    data: { ownerId: formerOwnerId },
  });
}
