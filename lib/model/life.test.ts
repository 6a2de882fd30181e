import { expect, it } from 'vitest';
import { endedStates, hasEnded, mayFollow, runStateSchema, statesBefore, underWayStates } from './life';

const states = runStateSchema.options;

it('every state is reached from the queue, and every life comes to an end', () => {
  const reached = new Set(['queued']);
  for (const state of reached)
    for (const next of mayFollow[state as (typeof states)[number]]) reached.add(next);
  expect(reached).toEqual(new Set(states));
  // The longest life there can be without coming back to a state is all of them once.
  const longestFrom = (state: (typeof states)[number], left = states.length): number => {
    if (left === 0) throw new Error(`a life goes round through ${state}`);
    return 1 + Math.max(0, ...mayFollow[state].map((next) => longestFrom(next, left - 1)));
  };
  expect(longestFrom('queued')).toBeLessThanOrEqual(states.length);
});

it('names what has ended and what a process leaves under way, by the table', () => {
  expect(states.filter(hasEnded)).toEqual(endedStates);
  expect(underWayStates.some(hasEnded)).toBe(false);
  // What waits in the queue is not under way: a new process goes on with it.
  expect(underWayStates).not.toContain('queued');
  for (const state of states)
    expect(statesBefore(state).every((before) => mayFollow[before].includes(state))).toBe(true);
});
