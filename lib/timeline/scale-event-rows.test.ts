import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lagPartNames } from '@/lib/model/lag-part';
import { anyRecording } from './any-recording';
import { correlate } from './correlate';
import { madeRecording } from './made-recording';
import { lagsToMs, scaleEventRows, type ScaleEventRow } from './scale-event-rows';

const ofMs = (row: ScaleEventRow) => [row.dueMs, row.seenMs, row.doneMs].map((ms) => ms && Math.round(ms));

it('lags to the ms are the differences of moments to the ms, and their parts add up to them', () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(anyRecording, shares, fc.double({ min: 0, max: 1, noNaN: true }), (one, parts, offMs) => {
      const { decisions = [], ...rest } = one;
      const shifted = decisions.map((decision) =>
        'atMs' in decision
          ? { ...decision, atMs: decision.atMs + offMs }
          : ([decision[0] + offMs, ...decision.slice(1)] as typeof decision),
      );
      const recording = madeRecording({ ...rest, decisions: shifted });
      for (const row of scaleEventRows(correlate(recording, 0, one.seconds! * 1000))) {
        // Parts by chance of the row's own lag.
        const weight = parts.reduce((sum, part) => sum + part, 0);
        const split =
          row.totalMs === null || row.dueMs === null || weight === 0
            ? null
            : Object.fromEntries(lagPartNames.map((name, i) => [name, (row.totalMs! * parts[i]!) / weight]));
        const told = lagsToMs({ ...row, parts: split as ScaleEventRow['parts'] });
        const [due, seen, done] = ofMs(row);
        if (told.actMs !== null) expect(told.actMs).toBe(seen! - due!);
        if (told.startMs !== null) expect(told.startMs).toBe(done! - seen!);
        if (told.totalMs !== null) expect(told.totalMs).toBe(done! - (due ?? seen)!);
        if (told.decideMs !== null) expect(Math.abs(told.decideMs - row.decideMs!)).toBeLessThanOrEqual(1);
        if (told.parts)
          expect(Object.values(told.parts).reduce<number>((sum, ms) => sum + ms!, 0)).toBe(told.totalMs);
      }
    }),
  );
});
