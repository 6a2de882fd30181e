import { type Engine } from '@/lib/loadgen/engine';
import { message } from '@/lib/model/message';
import { type Store } from '@/lib/store/client';
import { listUnderWay } from '@/lib/store/runs';
import { log } from '@/lib/telemetry/log.mjs';
import { closeRun } from './close-run';
import { type RunManager } from './manager';

/**
 * Ends what an earlier process left under way: its load, should some still be made, with the files that it left, and its
 * runs as `interrupted`, with the figures of all seconds that were stored. A load that is made in a cluster goes on: who
 * `takesOn` runs does so with its run.
 */
export async function recoverRuns(
  store: Store,
  engine: Engine,
  operator: Engine | null = null,
  takesOn: Pick<RunManager, 'takeOn'> | null = null,
): Promise<void> {
  for (const { run, loadHandle } of await listUnderWay(store)) {
    if (takesOn && operator && run.operator && loadHandle !== null && run.state === 'running') {
      takesOn.takeOn(run, loadHandle);
      continue;
    }
    if (loadHandle !== null) await ((run.operator && operator) || engine).recover(loadHandle);
    await closeRun(store, run.id, null, {
      state: 'interrupted',
      stateReason: message('reasons.scaletrace-ended'),
    });
  }
  // Folders that cannot be removed are no reason not to start.
  await engine.clear().catch((error: unknown) => log.error(error, 'what earlier loads left'));
}
