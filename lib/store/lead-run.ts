import { statesBefore, type RunState } from '@/lib/model/life';
import { type Run } from '@/lib/model/run';
import { type Store } from './client';
import { moveRun, type RunChange } from './runs';

/** Leads a queued run through its whole life to a state, for histories that are made up: of tests and benches. */
export async function leadRun(store: Store, id: string, to: RunState, change: RunChange = {}): Promise<Run> {
  const way: RunState[] = [];
  // The latest state before: a run that failed had run.
  for (let state = statesBefore(to).at(-1); state && state !== 'queued'; state = statesBefore(state).at(-1))
    way.unshift(state);
  for (const state of way) await moveRun(store, id, state);
  return moveRun(store, id, to, change);
}
