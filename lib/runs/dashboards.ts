import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { variable } from '@/lib/environment/environment';
import { stateDirectory } from '@/lib/environment/paths';
import { type Store } from '@/lib/store/client';
import { DatabaseUnwritable } from '@/lib/store/database-state';
import { dialectOf } from '@/lib/store/dialect';
import {
  registerDashboard,
  removeDashboard,
  removeDead,
  renewDashboard,
} from '@/lib/store/leases/dashboards';
import { renewEveryMs } from '@/lib/store/leases/lease';
import { setThisDashboard, thisDashboard } from '@/lib/store/leases/this-dashboard';
import { log } from '@/lib/telemetry/log.mjs';

/** A dashboard among others on its database, and whose place it takes: the one before it on this state folder. */
export interface Membership {
  id: string;
  predecessorId: string | null;
}

/**
 * Makes this process one of the dashboards on its database, whatever it was there before. Null: the database is a file, which
 * has one alone. The lock of the state folder must be held: who had it before has ended.
 */
export async function joinDashboards(store: Store): Promise<Membership | null> {
  if (dialectOf(store).kind === 'sqlite') return null;
  const file = join(stateDirectory(), 'dashboard-id');
  const predecessorId = await readFile(file, 'utf8').catch(() => null);
  const id = randomUUID();
  await registerDashboard(
    store,
    {
      id,
      host: hostname(),
      address: variable('SCALETRACE_URL'),
      peerUrl: variable('SCALETRACE_PEER_URL') ?? null,
    },
    predecessorId,
  );
  await writeFile(file, id);
  setThisDashboard(id);
  return { id, predecessorId };
}

/** Leaves the other dashboards what this one had: for when it ends. */
export async function leaveDashboards(store: Store): Promise<void> {
  const id = thisDashboard();
  if (id !== null) await removeDashboard(store, id);
}

/** Says that a dashboard lives, as long as something is under way: what it begins with may take longer than a lease. */
export async function renewWhile<T>(store: Store, id: string, underWay: Promise<T>): Promise<T> {
  const stop = every(renewEveryMs, () => renewDashboard(store, id));
  return underWay.finally(stop);
}

/**
 * Says from now on that a dashboard lives, and looks who does not any more. `onLook` is called each time, when those that
 * are dead are removed. The function returned ends it.
 */
export function keepAmongDashboards(store: Store, id: string, onLook: () => Promise<void>): () => void {
  const renewing = every(renewEveryMs, () => renewDashboard(store, id));
  const looking = every(renewEveryMs, async () => {
    const dead = await removeDead(store, id);
    if (dead.length > 0) log.warn({ dead }, 'dashboards have not renewed their leases: taken for dead');
    await onLook();
  });
  return () => {
    renewing();
    looking();
  };
}

/** Does something again and again, with a pause between. While the database is away nothing is said of it here. */
function every(pauseMs: number, action: () => Promise<unknown>): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const turn = async (): Promise<void> => {
    await action().catch((error: unknown) => {
      if (!(error instanceof DatabaseUnwritable) && !stopped) log.error(error, 'dashboards');
    });
    if (!stopped) timer = setTimeout(() => void turn(), pauseMs);
  };
  timer = setTimeout(() => void turn(), pauseMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
