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

it('cold starts and time over the limit are those of each second, and in doubt by what was not recorded', () => {
  const gap = fc.record({
    what: fc.constantFrom('pods' as const, 'concurrency' as const, 'requests' as const),
    from: fc.nat(200),
    length: fc.option(fc.integer({ min: 1, max: 60 })),
  });
  fc.assert(
    fc.property(
      anyRecording,
      fc.integer({ min: 1, max: 12 }),
      fc.array(gap, { maxLength: 6 }),
      (one, places, cuts) => {
        const seconds = one.seconds!;
        // By the tenth of a second, as all of such a recording but its pods.
        const gaps = cuts.map(({ what, from, length }) => ({
          what,
          fromMs: from * 100,
          toMs: length === null ? null : (from + length) * 100,
        }));
        const pods = one.pods!.map((pod) => ({
          ...pod,
          made: tenth(pod.made),
          ready: tenth(pod.ready),
          ...(pod.ending === undefined ? {} : { ending: tenth(pod.ending), gone: tenth(pod.gone) }),
        }));
        const made = madeRecording({ ...one, pods, gaps });
        const run = { ...runOf(seconds), service: { containerConcurrency: places } } as Run;
        const correlation = correlate(made, 0, seconds * 1000);
        const facts = factsOf(run, overviewOf(made, 0), correlation, noObjective, null);
        if (pods.length === 0) {
          expect([facts.coldStarts, facts.overLimitMs]).toEqual([null, null]);
          return;
        }

        const tenths = Array.from({ length: seconds * 10 }, (_, i) => i * 100);
        const readyAt = (ms: number): number =>
          pods.filter(({ ready, ending = Infinity }) => ready <= ms && ms < ending).length;
        const lostTo = (what: string): number[] =>
          tenths.filter((ms) =>
            gaps.some((one) => one.what === what && one.fromMs <= ms && ms < (one.toMs ?? Infinity)),
          );
        const isOver = (_: unknown, i: number): boolean =>
          tenths.slice(i * 10, i * 10 + 10).every((ms) => one.load!(i + 1) > readyAt(ms) * places);
        const overMs = Array.from({ length: seconds }).filter(isOver).length * 1000;
        expect(facts.overLimitMs).toEqual({
          least: overMs,
          most: overMs + (lostTo('pods').length + lostTo('concurrency').length) * 100,
        });

        // Times without a ready pod, of which none was unrecorded, and in which somebody came.
        let met = 0;
        for (let from = 0; from < tenths.length; from++) {
          if (readyAt(tenths[from]!) > 0) continue;
          let to = from;
          while (to < tenths.length && readyAt(tenths[to]!) === 0) to++;
          const unknown = gaps.some(
            ({ what, fromMs, toMs }) =>
              what === 'pods' &&
              fromMs < (to < tenths.length ? to * 100 : Infinity) &&
              (toMs ?? Infinity) > from * 100,
          );
          const came = Array.from({ length: seconds }, (_, i) => i).some(
            (second) => one.load!(second + 1) > 0 && second * 10 < to && (second + 1) * 10 > from,
          );
          if (!unknown && came) met++;
          from = to;
        }
        expect(facts.figures.coldStarts).toBe(met);
        expect(facts.coldStarts).toEqual({ least: met, most: lostTo('pods').length > 0 ? Infinity : met });
      },
    ),
  );
});

/** The next tenth of a second; all pods of such a recording have each of their times. */
const tenth = (ms: number | null | undefined): number => Math.ceil(ms! / 100) * 100;
