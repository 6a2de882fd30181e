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
 * Takes a queued run for a dashboard. False: another has it, or has one under way of the same service. Null as a dashboard:
 * it is the only one on its database.
 */
export async function claimRun(store: Store, run: Run, dashboardId: string | null): Promise<boolean> {
  if (dashboardId === null) return true;
  const taken = { ownerId: { not: null }, state: { in: ['queued', ...underWayStates] }, board: false };
  return store.$transaction(async (transaction) => {
    if (dialectOf(store).kind === 'postgres')
      await transaction.$executeRawUnsafe(`SELECT pg_advisory_xact_lock(${queueLock})`);
    const others = await transaction.run.findMany({ where: taken, select: { serviceJson: true } });
    const target = targetOf(run.service);
    if (others.some(({ serviceJson }) => targetOf(toServiceOf(serviceJson)) === target)) return false;
    const { count } = await transaction.run.updateMany({
      where: { id: run.id, state: 'queued', ownerId: null },
      data: { ownerId: dashboardId },
    });
    return count > 0;
  });
}

/**
 * Takes on, for a dashboard, what those that are gone had under way, and puts back in the queue what they were about to
 * begin. Gives the ids of the runs that it has now, with whose they were; each is given to one alone.
 */
export async function takeLeftRuns(
  store: Store,
  dashboardId: string,
): Promise<{ id: string; formerOwnerId: string | null }[]> {
  const left = await store.$queryRaw<{ id: string; ownerId: string | null }[]>(
    Prisma.sql`SELECT "id", "ownerId" FROM "Run" WHERE "state" IN ('queued', ${Prisma.join([...underWayStates])})
      AND ("ownerId" IS NOT NULL OR "state" <> 'queued') AND ("ownerId" IS NULL OR ${ownerIsGone})`,
  );
  const taken: { id: string; formerOwnerId: string | null }[] = [];
  for (const { id, ownerId } of left) {
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
