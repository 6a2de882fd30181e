import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lagPartNames, type LagPart } from '@/lib/model/lag-part';
import { mostOfLag, mostOfRunsLag, type LagParts } from './lag-parts';

const partMs = fc.option(fc.integer({ min: -3000, max: 20_000 }));
const lag: fc.Arbitrary<LagParts> = fc
  .record(Object.fromEntries(lagPartNames.map((part) => [part, partMs])) as Record<LagPart, typeof partMs>)
  .map((parts) => ({ pod: 'p', decidedMs: null, parts, earliest: null }));

/** What each part took of these lags, by going through them ms for ms of each. */
function byHand(lags: readonly LagParts[]): Map<LagPart, number> {
  const sums = new Map<LagPart, number>();
  for (const part of lagPartNames) {
    let ms = 0;
    for (const { parts } of lags) {
      const own = parts[part];
      // Early is no lag, and what was not told apart is in another part.
      if (own !== null && own > 0) ms += own;
    }
    sums.set(part, ms);
  }
  return sums;
}

it('what makes most of a run’s lag is the part that took most of all its lags, and no early one counts', () => {
  fc.assert(
    fc.property(fc.array(lag, { maxLength: 8 }), (lags) => {
      const sums = byHand(lags);
      const most = Math.max(...sums.values());
      const found = mostOfLag(lags);
      if (most <= 0) {
        expect(found).toBeNull();
        return;
      }
      expect(found).toMatchObject({ mostMs: most, events: lags.length });
      expect(sums.get(found!.most)).toBe(most);
      expect(found!.totalMs).toBe([...sums.values()].reduce((sum, ms) => sum + ms, 0));
    }),
  );
});

it('and of several runs’, the part that took most of theirs, as its share of the lags that it was most of', () => {
  fc.assert(
    fc.property(fc.array(fc.array(lag, { maxLength: 4 }), { maxLength: 6 }), (runs) => {
      const known = runs.flatMap((lags) => mostOfLag(lags) ?? []);
      const found = mostOfRunsLag(
        runs.map((lags) => {
          const sum = mostOfLag(lags);
          return {
            lagPart: sum?.most ?? null,
            lagPartMs: sum?.mostMs ?? null,
            lagMs: sum?.totalMs ?? null,
          };
        }),
      );
      if (known.length === 0) {
        expect(found).toBeNull();
        return;
      }
      const own = known.filter(({ most }) => most === found!.part);
      const ofPart = (part: LagPart): number =>
        known.reduce((sum, { most, mostMs }) => sum + (most === part ? mostMs : 0), 0);
      expect(ofPart(found!.part)).toBe(Math.max(...lagPartNames.map(ofPart)));
      expect(found).toMatchObject({ runs: own.length, of: known.length });
      const total = own.reduce((sum, { totalMs }) => sum + totalMs, 0);
      expect(found!.share).toBeCloseTo(ofPart(found!.part) / total, 9);
      expect(found!.share).toBeLessThanOrEqual(1);
    }),
  );
});
