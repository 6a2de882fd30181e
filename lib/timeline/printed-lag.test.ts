import fc from 'fast-check';
import { expect, it } from 'vitest';
import { incidentLengthMs } from './incident-message';
import { printedLag } from './printed-lag';

const began = fc.double({ min: 0, max: 600_000, noNaN: true });
const parts = fc.array(fc.double({ min: -3000, max: 30_000, noNaN: true }), { minLength: 1, maxLength: 8 });

it('parts of a lag as printed add up to it as printed, each off by a step at the most', () => {
  fc.assert(
    fc.property(began, parts, (beganMs, all) => {
      const totalMs = all.reduce((sum, part) => sum + part, 0);
      const stepMs = Math.abs(totalMs) < 1000 ? 1 : 100;
      const told = printedLag(beganMs, { totalMs, parts: all });
      const sum = told.parts.reduce<number>((whole, part) => whole + part!, 0);
      // Marks that fall on the middle of a step may be rounded either way, by what the parts were added up to.
      expect(Math.abs(sum - told.totalMs!)).toBeLessThan(stepMs / 2 + 1e-6);
      for (const [i, part] of told.parts.entries())
        expect(Math.abs(part! - all[i]!)).toBeLessThan(stepMs + 1e-6);
    }),
  );
});

it('a lag that is a whole incident is as long as it', () => {
  fc.assert(
    fc.property(began, fc.double({ min: 0, max: 90_000, noNaN: true }), (startMs, durationMs) => {
      const incident = { startMs, durationMs, endMs: startMs + durationMs };
      expect(printedLag(startMs, { totalMs: durationMs, parts: [] }).totalMs).toBe(
        incidentLengthMs(incident),
      );
    }),
  );
});

it('as a reader adds them: from 2.2 s to 8.6 s are 6.4 s, and 3.1 s less 0.3 s that the cluster was early 2.8 s', () => {
  expect(printedLag(2160, { totalMs: 6460, parts: [] }).totalMs).toBe(6400);
  expect(printedLag(10_000, { totalMs: 2813.6, parts: [-254.6, 3068.2] })).toEqual({
    totalMs: 2800,
    parts: [-300, 3100],
  });
});

it('does not place what follows a part that is not known', () => {
  expect(printedLag(160, { totalMs: 5000, parts: [null, 1260] })).toEqual({
    totalMs: 5000,
    parts: [null, 1300],
  });
});
