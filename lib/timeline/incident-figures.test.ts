import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Incident } from '@/lib/model/incident';
import { anyRecording } from './any-recording';
import { correlate, type Correlation } from './correlate';
import { requestsInLagOf, slowRequestsOf } from './figures';
import { madeRecording, madeTarget, type MadeRecording } from './made-recording';

const perSecond = 100;
const correlationOf = (one: MadeRecording): Correlation =>
  correlate(madeRecording(one), 0, one.seconds! * 1000);
const ends = ({ seconds }: MadeRecording): number[] => Array.from({ length: seconds! }, (_, i) => i + 1);

/** The incident that a second's requests are told in: its own, or the one that they were asked for in and pushed after. */
function toldIn(second: number, incidents: readonly Incident[]): Incident | undefined {
  const atMs = second * 1000;
  // Each took 30 ms, of whose bucket the middle is told, and a push comes each second.
  return incidents.find(
    ({ kind, startMs, endMs }) => kind === 'short' && atMs > startMs && atMs <= endMs + 1130,
  );
}

describe('the figures of a run’s incidents are those of its single requests, pods and moments:', () => {
  it('requests that ended in lags, each once', () => {
    fc.assert(
      fc.property(anyRecording, (one) => {
        const correlation = correlationOf(one);
        const inLag = ends(one).filter((second) =>
          correlation.episodes.some(({ fromMs, toMs }) => second * 1000 > fromMs && second * 1000 <= toMs),
        );
        expect(requestsInLagOf(correlation)).toBe(inLag.length * perSecond);
      }),
    );
  });

  it('slow requests, each once', () => {
    fc.assert(
      fc.property(anyRecording, fc.array(fc.boolean(), { minLength: 120, maxLength: 120 }), (one, isSlow) => {
        const { incidents } = correlationOf(one);
        const slow = ends(one).filter((second) => isSlow[second - 1] && toldIn(second, incidents));
        // Slow ones that are not in the middle of all, so that what is usual stays so.
        fc.pre(slow.length * 3 < one.seconds!);
        const correlation = correlationOf({ ...one, tookMs: (second) => (slow.includes(second) ? 900 : 30) });
        const found = slowRequestsOf(correlation);
        const isSteadyKnown = correlation.incidents.some((incident) => incident.slow !== null);
        if (isSteadyKnown) expect(found).toBe(slow.length * perSecond);
      }),
    );
  });

  it('idle pod-seconds, moment by moment', () => {
    fc.assert(
      fc.property(anyRecording, (one) => {
        for (const { kind, idle, startMs, endMs } of correlationOf(one).incidents) {
          if (kind !== 'idle' || idle === null) continue;
          const stepMs = 10;
          let podMs = 0;
          for (let ms = Math.ceil(startMs / stepMs) * stepMs; ms < endMs; ms += stepMs) {
            const second = Math.min(one.seconds!, Math.floor(ms / 1000) + 1);
            const ready = one.pods!.filter(
              ({ ready: from, ending = Infinity }) => from !== null && from <= ms && ms < ending,
            ).length;
            podMs += Math.max(0, ready - Math.ceil(one.load!(second) / madeTarget)) * stepMs;
          }
          // A pod's change, and either end, lies up to one step beside.
          const off = (one.pods!.length * 2 + 2) * one.pods!.length * (stepMs / 1000) + 0.05;
          expect(Math.abs(idle.podSeconds - podMs / 1000)).toBeLessThanOrEqual(off);
        }
      }),
      { numRuns: 30 },
    );
  });
});
