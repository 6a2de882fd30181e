import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyRecording } from '@/lib/timeline/any-recording';
import { correlate } from '@/lib/timeline/correlate';
import { madeRecording } from '@/lib/timeline/made-recording';
import { type JudgedIncident } from './incidents';
import { worstIncidentFigures, worstIncidentOf } from './worst-incident';

it('is the longest time in which pods were missing, by its single parts', () => {
  fc.assert(
    fc.property(anyRecording, (one) => {
      const correlation = correlate(madeRecording(one), 0, one.seconds! * 1000);
      // Each mark to the tenth of a second, of one shorter than a second to the ms.
      let worstMs: number | null = null;
      let endsOpen: boolean | null = null;
      for (const { kind, isUnclear, parts, end } of correlation.incidents) {
        if (kind !== 'short' || isUnclear) continue;
        const rawMs = parts.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
        const round = (ms: number): number => (rawMs < 1000 ? Math.round(ms) : Math.round(ms / 100) * 100);
        const lengthMs = parts.reduce((sum, { fromMs, toMs }) => sum + (round(toMs) - round(fromMs)), 0);
        if (worstMs === null || lengthMs > worstMs) [worstMs, endsOpen] = [lengthMs, end === 'open'];
        else if (lengthMs === worstMs) endsOpen ||= end === 'open';
      }
      expect(worstIncidentFigures(correlation)).toEqual({
        worstIncidentMs: worstMs,
        worstIncidentOpen: endsOpen,
      });
    }),
  );
});

it('that had not ended is worse than one that was as long, and none in doubt is one', () => {
  const incident = (durationMs: number, isOpen: boolean, isDoubted = false) =>
    ({ startMs: 0, durationMs, isOpen, doubt: isDoubted ? { code: 'x', data: {} } : null }) as JudgedIncident;
  const worst = (...incidents: JudgedIncident[]) => worstIncidentOf(incidents);
  expect(worst(incident(5000, false), incident(5000, true), incident(5000, false))).toMatchObject({
    isOpen: true,
  });
  expect(worst(incident(5000, true), incident(6000, false))).toMatchObject({
    durationMs: 6000,
    isOpen: false,
  });
  expect(worst(incident(9000, true, true))).toBeNull();
});
