import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placesUse } from './places-use';
import { type PodStep } from './pods';

interface Mean {
  lengthMs: number;
  total: number;
  active: number | null;
}

const steps = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(4)), { maxLength: 12 })
  .map((gaps): PodStep[] => {
    let atMs = 0;
    return gaps.map(([gapMs, ready]) => ({
      atMs: (atMs += gapMs),
      pending: 0,
      starting: 0,
      ready,
      terminating: 0,
    }));
  });
const means = fc.array(
  fc.record({
    lengthMs: fc.integer({ min: 1, max: 12 }),
    total: fc.nat(30),
    active: fc.option(fc.nat(30)),
  }),
  { maxLength: 10 },
);

it('is what each ms of the ready pods had room for, and what was in flight of it', () => {
  fc.assert(
    fc.property(steps, means, fc.integer({ min: 1, max: 8 }), (pods, all: Mean[], places) => {
      const readyAt = (ms: number): number => pods.findLast(({ atMs }) => atMs <= ms)?.ready ?? 0;
      let [toMs, overMs, offered, used] = [0, 0, 0, 0];
      const samples = all.map(({ lengthMs, total, active }, i) => {
        const fromMs = toMs;
        toMs += lengthMs;
        const room = Array.from({ length: lengthMs }, (_, ms) => readyAt(fromMs + ms) * places);
        if (room.every((one) => total > one)) overMs += lengthMs;
        const sum = room.reduce((a, b) => a + b, 0);
        offered += sum;
        used += Math.min(sum, (active ?? total) * lengthMs);
        const rest = { id: i, source: 'gateway', waiting: null, instant: false } as const;
        return { ...rest, fromMs, atMs: toMs, total, active };
      });
      const { overLimitMs, idleShare } = placesUse(samples, pods, places);
      expect(overLimitMs).toBe(overMs);
      if (offered === 0) expect(idleShare).toBeNull();
      else expect(idleShare).toBeCloseTo((offered - used) / offered, 9);
    }),
  );
});
