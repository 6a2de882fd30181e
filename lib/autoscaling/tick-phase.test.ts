import { expect, test } from 'vitest';
import fc from 'fast-check';
import { estimateTickPhase, nextTick } from './tick-phase';

test('changes that follow ticks tell their phase', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1999 }),
      fc.array(fc.record({ tick: fc.nat(1000), delay: fc.integer({ min: 0, max: 300 }) }), { minLength: 1 }),
      (phase, changes) => {
        const seen = changes.map(({ tick, delay }) => 1_795_000_000_000 + tick * 2000 + phase + delay);
        const least = Math.min(...changes.map(({ delay }) => delay));
        expect(estimateTickPhase(seen, 2000)).toBe((phase + least) % 2000);
      },
    ),
  );
});

test('one pod that was deleted by hand does not outweigh the ticks', () => {
  expect(estimateTickPhase([10_150, 14_180, 21_000, 24_120], 2000)).toBe(120);
});

test('of two that were seen as often the later one holds', () => {
  expect(estimateTickPhase([10_150, 15_000], 2000)).toBe(1000);
  expect(estimateTickPhase([], 2000)).toBeNull();
});

test('the next tick comes after the moment, at the phase', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.integer({ min: 0, max: 1999 }), (atMs, phaseMs) => {
      const next = nextTick(atMs, 2000, phaseMs);
      expect(next).toBeGreaterThan(atMs);
      expect(next - atMs).toBeLessThanOrEqual(2000);
      expect(next % 2000).toBe(phaseMs);
    }),
  );
});
