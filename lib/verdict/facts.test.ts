import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noObjective } from '@/lib/model/objective';
import { type Run } from '@/lib/model/run';
import { anyRecording } from '@/lib/timeline/any-recording';
import { correlate } from '@/lib/timeline/correlate';
import { madeRecording } from '@/lib/timeline/made-recording';
import { overviewOf } from '@/lib/timeline/overview';
import { factsOf } from './facts';

const runOf = (seconds: number) =>
  ({
    loadStartMs: 0,
    loadEndMs: seconds * 1000,
    thinnedStepMs: null,
    engine: 'k6',
    summary: null,
    figures: { requests: null },
    service: { containerConcurrency: 0 },
    autoscaling: null,
  }) as unknown as Run;

it('the figures of a verdict are those of each pod and each second: cost, and the most that waited', () => {
  fc.assert(
    fc.property(
      anyRecording,
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.array(fc.nat({ max: 80 }), { minLength: 120, maxLength: 120 }),
      fc.integer({ min: 0, max: 90 }),
      (one, pricePerPodHour, waited, instant) => {
        const seconds = one.seconds!;
        const made = madeRecording({ ...one, waiting: (second) => waited[second - 1]! });
        // A reading of one moment, and a second behind the load, are no second of it.
        const [sample] = made.concurrency;
        made.concurrency.push(
          { ...sample!, id: 9001, atMs: seconds * 1000, waiting: instant, instant: true },
          { ...sample!, id: 9002, atMs: (seconds + 2) * 1000, waiting: 200 },
        );
        const correlation = correlate(made, 0, seconds * 1000);
        const overview = overviewOf(made, 0);
        const { figures } = factsOf(runOf(seconds), overview, correlation, noObjective, pricePerPodHour);
        expect(figures.mostWaiting).toBe(Math.max(...waited.slice(0, seconds)));

        const endMs = Math.max((seconds + 2) * 1000, ...made.podEvents.map(({ atMs }) => atMs));
        const podMs = one.pods!.reduce(
          (sum, { made: from = 0, gone = endMs }) => sum + Math.max(0, gone - from),
          0,
        );
        if (made.podEvents.length === 0) expect(figures.cost).toBeNull();
        else expect(figures.cost).toBeCloseTo((podMs / 3_600_000) * pricePerPodHour, 6);
      },
    ),
  );
});
