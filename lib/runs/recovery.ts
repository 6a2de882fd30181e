import { type Engine } from '@/lib/loadgen/engine';
import { message } from '@/lib/model/message';
import { type Store } from '@/lib/store/client';
import { leaveRun, takeLeftRuns } from '@/lib/store/leases/runs';
import { listUnderWay } from '@/lib/store/runs';
import { log } from '@/lib/telemetry/log.mjs';
import { closeRun } from './close-run';
import { type Membership } from './dashboards';
import { type RunManager } from './manager';

/** Who makes and goes on with loads. */
export interface Loads {
  engine: Engine;
  operator?: Engine | null;
  takesOn?: Pick<RunManager, 'takeOn' | 'isUnderWay'>;
}

/**
 * Ends what an earlier process left under way: its load, should some still be made, with the files that it left, and its
 * runs as `interrupted`, with the figures of all seconds that were stored. A load that is made in a cluster goes on: who
 * `takesOn` runs does so with its run. `among`: which dashboard does it, where others have runs under way too.
 */
export async function recoverRuns(
  store: Store,
  loads: Loads,
  among: Membership | null = null,
): Promise<void> {
  await takeOver(store, loads, among);
  // Folders that cannot be removed are no reason not to start.
  await loads.engine.clear().catch((error: unknown) => log.error(error, 'what earlier loads left'));
}

/**
 * Ends or goes on with the runs that a dashboard which is gone has left: each is taken over by one of the others. What cannot
 * be ended now is left to the next look. Alone on a database, it throws then.
 */
export async function takeOver(store: Store, loads: Loads, among: Membership | null): Promise<void> {
  if (!among) {
    for (const left of await listUnderWay(store)) await endOrGoOn(store, loads, left, true);
    return;
  }
  const isUnderWay = (id: string): boolean => loads.takesOn?.isUnderWay(id) ?? false;
  const taken = new Map((await takeLeftRuns(store, among.id, isUnderWay)).map((run) => [run.id, run]));
  if (taken.size === 0) return;
  for (const left of await listUnderWay(store)) {
    const run = taken.get(left.run.id);
    if (!run) continue;
    // The processes of another machine are ended there, by their guard.
    const wasHere = run.formerOwnerId === null || run.formerOwnerId === among.predecessorId;
    try {
      await endOrGoOn(store, loads, left, wasHere);
    } catch (error) {
      log.error(error, `run ${run.id} cannot be taken over now`);
      await leaveRun(store, run, among.id);
    }
  }
}

/** `wasHere`: its processes were this machine's. */
async function endOrGoOn(
  store: Store,
  { engine, operator = null, takesOn }: Loads,
  { run, loadHandle }: Awaited<ReturnType<typeof listUnderWay>>[number],
  wasHere: boolean,
): Promise<void> {
  if (takesOn && operator && run.operator && loadHandle !== null && run.state === 'running') {
    takesOn.takeOn(run, loadHandle);
    return;
  }
  if (loadHandle !== null && (run.operator || wasHere))
    await ((run.operator && operator) || engine).recover(loadHandle);
  await closeRun(store, run.id, null, {
    state: 'interrupted',
    stateReason: message('reasons.scaletrace-ended'),
  });
}
