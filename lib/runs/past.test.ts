import { expect, test } from 'vitest';
import { pastOf } from './past';

const nowMs = 1_795_694_076_300;
const windowMs = 60_000;
const warm = { readySinceMs: -Infinity, untilMs: null };

test('a pod that was ready all the time fills the window with zeros', () => {
  const { seconds, idle, known } = pastOf({ nowMs, windowMs, pods: [warm], observed: [], previous: [] });
  expect(seconds).toHaveLength(windowMs / 1000);
  expect(seconds.every(({ value, readyPods }) => value === 0 && readyPods === 1)).toBe(true);
  expect({ idle, known }).toEqual({ idle: true, known: false });
});

test('zeros begin with the first pod and end with the last one', () => {
  const pods = [{ readySinceMs: nowMs - 20_000, untilMs: nowMs - 5000 }];
  const { seconds } = pastOf({ nowMs, windowMs, pods, observed: [], previous: [] });
  expect(seconds.map(({ atMs }) => nowMs - atMs)).toEqual(
    Array.from({ length: 15 }, (_, i) => 20_000 - i * 1000),
  );
});

test('without a pod nobody reported', () => {
  expect(pastOf({ nowMs, windowMs, pods: [], observed: [], previous: [] }).seconds).toEqual([]);
  const observed = [{ atMs: nowMs - 800, total: 0 }];
  expect(pastOf({ nowMs, windowMs, pods: [], observed, previous: [] }).seconds).toEqual([]);
});

test('what was recorded takes the place of zeros, the run’s own readings before those of the run before', () => {
  const own = { atMs: nowMs - 1000, total: 3 };
  const previous = [
    { atMs: nowMs - 30_000, value: 50, readyPods: 12 },
    { atMs: nowMs - 900, value: 7, readyPods: 1 },
  ];
  const { seconds, idle, known } = pastOf({ nowMs, windowMs, pods: [warm], observed: [own], previous });
  expect(seconds.filter(({ value }) => value > 0)).toEqual([
    { ...previous[0], from: 'before' },
    { atMs: own.atMs, value: own.total, readyPods: 1, from: 'read' },
  ]);
  expect(seconds).toHaveLength(windowMs / 1000);
  expect({ idle, known }).toEqual({ idle: true, known: true });
});
