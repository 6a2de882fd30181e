import { setTimeout as pause } from 'node:timers/promises';
import { getStore, type Store } from '@/lib/store/client';
import { listDeletedBefore, removeRun } from '@/lib/store/deleted-runs';
import { hasDuty, leaveDuty } from '@/lib/store/leases/duties';
import { thisDashboard } from '@/lib/store/leases/this-dashboard';
import { removeUnusedContents } from '@/lib/store/script-files';
import { readSetting } from '@/lib/store/settings';
import { log } from '@/lib/telemetry/log.mjs';
import { keepBoards } from './boards';
import { applyRetention, type RetentionPlan } from './retention';

/** How long a deletion can be taken back. */
export const undoMs = 3_600_000;
const sweepEveryMs = 600_000;
const retentionEveryMs = 86_400_000;
const askAgainMs = 500;

/** Removes for good what was deleted longer ago than it can be taken back. */
export async function removeDeleted(store: Store, nowMs: number): Promise<void> {
  for (const id of await listDeletedBefore(store, nowMs - undoMs)) await removeRun(store, id);
}

const shared = globalThis as typeof globalThis & {
  scaletraceHousekeeping?: true;
  scaletraceRetention?: Promise<unknown>;
};

/** Applies the saved retention now, after one that is under way, here or in another dashboard. */
export async function runRetention(store: Store): Promise<RetentionPlan> {
  const before = shared.scaletraceRetention ?? Promise.resolve();
  const now = before.then(() =>
    whenAlone(store, 'retention', async () =>
      applyRetention(store, await readSetting(store, 'retention'), Date.now()),
    ),
  );
  shared.scaletraceRetention = now.catch(() => undefined);
  return now;
}

/** Does something that no two dashboards on a database do at once. */
async function whenAlone<T>(store: Store, duty: string, action: () => Promise<T>): Promise<T> {
  while (!(await hasDuty(store, duty, thisDashboard()))) await pause(askAgainMs);
  try {
    return await action();
  } finally {
    await leaveDuty(store, duty, thisDashboard());
  }
}

/**
 * The jobs of a dashboard: deleted runs, unused files of scripts and old boards are removed each time, the retention is applied
 * once a day. Of several dashboards on a database one does them: true where it is this one.
 */
export function housekeeper(
  dashboardId: () => string | null,
): (store: Store, nowMs: number) => Promise<boolean> {
  // Not by the hour at which it began: who takes over from one that is gone applies it soon.
  let retainedMs = -Infinity;
  return async (store, nowMs) => {
    if (!(await hasDuty(store, 'housekeeping', dashboardId()))) return false;
    const jobs: Record<string, () => Promise<unknown>> = {
      'removal of deleted runs': () => removeDeleted(store, nowMs),
      'files of scripts': () => removeUnusedContents(store, nowMs),
      boards: () => keepBoards(store, nowMs),
    };
    if (nowMs - retainedMs >= retentionEveryMs) {
      retainedMs = nowMs;
      jobs.retention = () => runRetention(store);
    }
    for (const [what, job] of Object.entries(jobs))
      await job().catch((error: unknown) => log.error(error, what));
    return true;
  };
}

/** Begins the jobs of this process, once: now, and every ten minutes. */
export function startHousekeeping(): void {
  if (shared.scaletraceHousekeeping) return;
  shared.scaletraceHousekeeping = true;
  const keepHouse = housekeeper(thisDashboard);
  const run = (): void =>
    void getStore()
      .then((store) => keepHouse(store, Date.now()))
      .catch((error: unknown) => log.error(error, 'housekeeping'));
  run();
  setInterval(run, sweepEveryMs).unref();
}
