import { expect, test } from 'vitest';
import { type PodEvent, type PodPhase } from '@/lib/model/recording';
import { podTimeline } from './pods';
import { observedChanges } from './scale-events';

const told = (
  uid: string,
  atMs: number,
  phase: PodPhase,
  serverAtMs: number | null = null,
  type: PodEvent['type'] = 'MODIFIED',
) => ({ id: 0, atMs, serverAtMs, type, uid, name: uid, phase, reason: null });
const first = told('old', 100, 'ready', -3_600_000, 'LIST');

test('what a held back watch told late goes to when it happened', () => {
  const { steps, lives } = podTimeline([
    first,
    told('old', 3200, 'terminating', 3000),
    told('new', 16_000, 'pending', 2000, 'ADDED'),
    told('new', 16_000, 'starting', 3000),
    told('new', 16_000, 'ready', 4000),
  ]);
  expect(lives.find(({ uid }) => uid === 'new')).toMatchObject({
    preexisting: false,
    createdMs: 2000,
    runningMs: 3000,
    readyMs: 4000,
  });
  expect(steps.map(({ atMs }) => atMs)).toEqual([100, 2000, 3000, 3200, 4000]);
  expect(steps.at(-1)).toMatchObject({ ready: 1, terminating: 1, pending: 0 });
});

test('the whole second of a prompt event’s time is no lateness', () => {
  const { lives } = podTimeline([first, told('new', 4950, 'pending', 4000, 'ADDED')]);
  expect(lives[1]!.createdMs).toBe(4950);
});

test('a pod that a list tells of later, and that was made meanwhile, was made then', () => {
  const { lives } = podTimeline([
    first,
    told('new', 20_000, 'pending', 6000, 'LIST'),
    told('new', 20_000, 'ready', 9000, 'LIST'),
  ]);
  expect(lives[1]).toMatchObject({ preexisting: false, createdMs: 6000, readyMs: 9000 });
  expect(observedChanges(lives).events).toMatchObject([{ atMs: 6000, from: 1, to: 2, completeMs: 9000 }]);
});
