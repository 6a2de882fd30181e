import { type Store } from '@/lib/store/client';
import { dialectOf } from '@/lib/store/dialect';
import { Prisma } from '@/lib/store/generated/client';
import { type DashboardModel } from '@/lib/store/generated/models';
import { leaseMs } from './lease';

/** What a dashboard says of itself to the others on its database. */
export type Dashboard = Pick<DashboardModel, 'id' | 'host' | 'address' | 'peerUrl'>;

const said = { id: true, host: true, address: true, peerUrl: true } as const;

/**
 * Notes a dashboard that begins. `predecessorId`: whose place it takes, which is known to have ended; null: nobody's. On
 * another machine that one may live on, with a copy of its state: there it ends when its lease does.
 */
export async function registerDashboard(
  store: Store,
  { id, host, address, peerUrl }: Dashboard,
  predecessorId: string | null,
): Promise<void> {
  const { nowMs } = dialectOf(store);
  await store.$transaction([
    store.dashboard.deleteMany({ where: { id: predecessorId ?? '', host } }),
    store.$executeRaw(
      Prisma.sql`INSERT INTO "Dashboard" ("id", "host", "address", "peerUrl", "startedAtMs", "renewedAtMs", "steadySinceMs")
        VALUES (${id}, ${host}, ${address}, ${peerUrl}, ${nowMs}, ${nowMs}, ${nowMs})`,
    ),
  ]);
}

/** Says that a dashboard lives. False: it has been taken for dead, and what it had may be another's. */
export async function renewDashboard(store: Store, id: string): Promise<boolean> {
  const { nowMs } = dialectOf(store);
  const count = await store.$executeRaw(
    Prisma.sql`UPDATE "Dashboard" SET "renewedAtMs" = ${nowMs},
      "steadySinceMs" = CASE WHEN ${nowMs} - "renewedAtMs" > ${leaseMs / 2} THEN ${nowMs} ELSE "steadySinceMs" END
      WHERE "id" = ${id}`,
  );
  return count > 0;
}

/**
 * Takes those for dead that have not renewed in time, and frees what they had; their ids are returned. Who was away itself,
 * or whose database was, has not seen for long enough that others say nothing.
 */
export async function removeDead(store: Store, ownId: string): Promise<string[]> {
  const { nowMs } = dialectOf(store);
  const dead = await store.$queryRaw<{ id: string }[]>(
    Prisma.sql`DELETE FROM "Dashboard" WHERE "id" <> ${ownId} AND "renewedAtMs" < ${nowMs} - ${leaseMs}
      AND EXISTS (SELECT 1 FROM "Dashboard" AS own WHERE own."id" = ${ownId} AND own."steadySinceMs" < ${nowMs} - ${leaseMs})
      RETURNING "id"`,
  );
  return dead.map(({ id }) => id);
}

/** Notes that a dashboard ends, so that nobody waits for its lease to run out. */
export async function removeDashboard(store: Store, id: string): Promise<void> {
  await store.dashboard.deleteMany({ where: { id } });
}

/** The dashboards on this database that are not taken for dead; none where it is the only one's. */
export function listDashboards(store: Store): Promise<Dashboard[]> {
  return store.dashboard.findMany({ select: said, orderBy: { startedAtMs: 'asc' } });
}

/** Who records a run; null: nobody does, its dashboard is gone, or the database has one dashboard alone. */
export async function ownerOf(store: Store, runId: string): Promise<Dashboard | null> {
  const run = await store.run.findUnique({ where: { id: runId }, select: { ownerId: true } });
  return run?.ownerId ? await store.dashboard.findUnique({ where: { id: run.ownerId }, select: said }) : null;
}
