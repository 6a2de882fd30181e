import { type Store } from '@/lib/store/client';

/**
 * Whether a dashboard does what one does for all, such as removing old runs: who asks first has it until it gives it back or
 * is gone. Null as a dashboard: it is the only one on its database, and does everything.
 */
export async function hasDuty(store: Store, name: string, dashboardId: string | null): Promise<boolean> {
  if (dashboardId === null) return true;
  await store.$executeRaw`INSERT INTO "Duty" ("name", "ownerId") SELECT ${name}, "id" FROM "Dashboard"
    WHERE "id" = ${dashboardId} ON CONFLICT ("name") DO NOTHING`;
  return (await store.duty.findUnique({ where: { name } }))?.ownerId === dashboardId;
}

/** Gives back what a dashboard does for all. */
export async function leaveDuty(store: Store, name: string, dashboardId: string | null): Promise<void> {
  if (dashboardId !== null) await store.duty.deleteMany({ where: { name, ownerId: dashboardId } });
}
