import { z } from 'zod';

export const runStateSchema = z.enum([
  'queued',
  'starting',
  'running',
  'finished',
  'failed',
  'stopped',
  'interrupted',
]);
export type RunState = z.infer<typeof runStateSchema>;

/**
 * A run's life: what may follow each state. Nothing else can be stored (`moveRun` in lib/store/runs.ts).
 *
 *                 pump               the engine makes load
 *       queued ─────────> starting ─────────────────────> running
 *         │                  │                               │
 *         │                  │                               ├─> finished     the load was run to its end
 *         ├──────────────────┼───────────────────────────────┼─> stopped      a user ended it, or took it off the queue
 *         │                  ├───────────────────────────────┼─> failed       it could not begin, or broke off
 *         │                  └───────────────────────────────┴─> interrupted  Scaletrace itself was ended meanwhile
 */
export const mayFollow: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['starting', 'stopped'],
  starting: ['running', 'stopped', 'failed', 'interrupted'],
  running: ['finished', 'stopped', 'failed', 'interrupted'],
  finished: [],
  failed: [],
  stopped: [],
  interrupted: [],
};

/** States that nothing follows. */
export const endedStates: readonly RunState[] = runStateSchema.options.filter(
  (state) => mayFollow[state].length === 0,
);

/** States of a run that an engine has, or is about to have. A process that ends leaves them behind. */
export const underWayStates: readonly RunState[] = statesBefore('interrupted');

/** Whether a run in this state has ended. */
export function hasEnded(state: RunState): boolean {
  return mayFollow[state].length === 0;
}

/** The states that `state` may follow. */
export function statesBefore(state: RunState): RunState[] {
  return runStateSchema.options.filter((before) => mayFollow[before].includes(state));
}
