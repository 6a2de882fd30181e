import { expect, it } from 'vitest';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { loadSignal } from './load-signal';

it('tells no rate of the few ms of a push between two seconds', () => {
  const push = (fromMs: number, toMs: number, count: number) => ({
    fromMs,
    toMs,
    histogram: { ...emptyHistogram(3), count, sum: count, cells: [[0, count]] as [number, number][] },
  });
  const pushes = [push(0, 1000, 50), push(1000, 1040, 12), push(1040, 2000, 38), push(2000, 3000, 50)];
  const rates = loadSignal([decision], [], pushes).told.samples.map(({ fromMs, toMs, value }) => [
    fromMs,
    toMs,
    value,
  ]);
  expect(rates).toEqual([
    [0, 1000, 50],
    [1000, 2000, 50],
    [2000, 3000, 50],
  ]);
});

const decision = {
  id: 1,
  atMs: 0,
  valid: true,
  readyPods: 1,
  desiredPods: 1,
  replicas: 1,
  stableAverage: 50,
  panicAverage: 50,
  panicMode: false,
  boundBy: 'stable',
  reason: { metric: 'rps', target: 50 },
};
