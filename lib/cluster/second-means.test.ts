import fc from 'fast-check';
import { expect, it } from 'vitest';
import { middleOfNextSecond, SecondMeans } from './second-means';

it('gives each second one reading where each is asked for in the middle of the next second', () => {
  const earlyOrLate = fc.integer({ min: -400, max: 400 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }),
      fc.array(earlyOrLate, { minLength: 3 }),
      (began, off) => {
        const means = new SecondMeans();
        const ended: number[] = [];
        let nowMs = began;
        for (const [active, byMs] of off.entries()) {
          nowMs = middleOfNextSecond(nowMs) + byMs;
          const second = means.close(nowMs);
          if (second) {
            expect(second.mean.active).toBe(active - 1);
            ended.push(second.atUnixMs);
          }
          means.add({ active, waiting: 0, byRevision: null }, nowMs);
        }
        expect(ended).toEqual(Array.from({ length: off.length - 1 }, (_, i) => ended[0]! + 1000 * i));
      },
    ),
  );
});
