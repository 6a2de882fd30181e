import fc from 'fast-check';
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

it('counts each request of a service on requests a second once, over the time in which it came', () => {
  const pushes = fc.array(
    fc.record({ lengthMs: fc.integer({ min: 1, max: 2500 }), count: fc.nat(200), lost: fc.boolean() }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(pushes, (given) => {
      let atMs = 0;
      const seconds = given.flatMap(({ lengthMs, count, lost }) => {
        const fromMs = atMs;
        atMs += lengthMs;
        return lost ? [] : [{ fromMs, toMs: atMs, histogram: { ...emptyHistogram(3), count } }];
      });
      const { samples } = loadSignal([decision], [], seconds);
      let endMs = 0;
      for (const { fromMs, toMs, value } of samples) {
        expect(fromMs).toBeGreaterThanOrEqual(endMs);
        endMs = toMs;
        const own = seconds.filter((one) => one.fromMs >= fromMs && one.toMs <= toMs);
        expect(own.reduce((sum, one) => sum + one.toMs - one.fromMs, 0)).toBe(toMs - fromMs);
        const requests = own.reduce((sum, { histogram }) => sum + histogram.count, 0);
        expect((value * (toMs - fromMs)) / 1000).toBeCloseTo(requests, 6);
      }
      const told = samples.reduce(
        (sum, { fromMs, toMs, value }) => sum + (value * (toMs - fromMs)) / 1000,
        0,
      );
      expect(told).toBeCloseTo(
        seconds.reduce((sum, { histogram }) => sum + histogram.count, 0),
        6,
      );
    }),
  );
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
