import fc from 'fast-check';
import { expect, it } from 'vitest';
import { objectiveOf, paretoFront, type ReplayFigures } from '@/lib/whatif';
import { suggestedPoint } from './suggested';
import { type Against, type CountedPoint, weighedPoints } from './sweep-point';

const figures = fc
  .record({ podSeconds: fc.nat(20), underCapacitySeconds: fc.nat(20), p99: fc.nat(20) })
  .map(({ p99, ...rest }) => ({ ...rest, waitMs: { p99 } }) as ReplayFigures);

it('suggests nothing that is worse than what was typed, which is one of the points', () => {
  fc.assert(
    fc.property(
      fc.array(figures, { maxLength: 12 }),
      figures,
      figures,
      fc.constantFrom<Against>('underCapacitySeconds', 'p99WaitMs'),
      (swept, ofTyped, own, against) => {
        const points = swept.map((of, index): CountedPoint => ({ index, settings: {}, figures: of }));
        const typed: CountedPoint = { index: swept.length, settings: { minScale: 3 }, figures: ofTyped };
        const weighed = weighedPoints([...points, { index: 99, settings: {}, problems: [] }], typed);
        expect(weighed).toEqual([...points, typed]);
        const best = suggestedPoint(paretoFront(weighed, 'podSeconds', against), own, against)!.figures;
        const [saves, waits] = [
          best.podSeconds - ofTyped.podSeconds,
          objectiveOf(best, against) - objectiveOf(ofTyped, against),
        ];
        expect(saves < 0 || waits < 0 || (saves === 0 && waits === 0)).toBe(true);
        // Where it makes nobody wait longer than now, nothing that costs more is suggested.
        if (objectiveOf(ofTyped, against) <= objectiveOf(own, against)) expect(saves).toBeLessThanOrEqual(0);
      },
    ),
  );
});
