import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramOf, offAt, percentile } from '@/lib/statistics/histogram/single-values';
import { failedShareOf, type RunSummary } from '@/lib/model/run';
import { columnOfPush, type RequestColumn } from './columns';
import { type Correlation } from './correlate';
import {
  failuresOf,
  lagsOf,
  meanLagOf,
  meanRateOf,
  peakReadyOf,
  percentileOf,
  podSecondsOf,
  recordedMs,
  requestsOf,
  worstLagOf,
} from './figures';
import { podTimeline, type PodChange } from './pods';

interface Request {
  durationS: number;
  failed: boolean;
}
interface Push {
  /** Since the end of the push before. */
  lengthMs: number;
  /** It was lost: nobody knows what was in it. */
  lost: boolean;
  requests: Request[];
}

const made: fc.Arbitrary<Push[]> = fc.array(
  fc.record({
    lengthMs: fc.integer({ min: 200, max: 2500 }),
    lost: fc.boolean(),
    requests: fc.array(
      fc.record({ durationS: fc.double({ min: 0.001, max: 30, noNaN: true }), failed: fc.boolean() }),
      { maxLength: 30 },
    ),
  }),
  { minLength: 1, maxLength: 20 },
);

/** The recording of a made run, a column a push that was not lost. */
function recorded(pushes: readonly Push[]): {
  columns: RequestColumn[];
  kept: Request[];
  spans: [number, number][];
} {
  let atMs = 0;
  const columns: RequestColumn[] = [];
  const kept: Request[] = [];
  const spans: [number, number][] = [];
  for (const { lengthMs, lost, requests } of pushes) {
    const fromMs = atMs;
    atMs += lengthMs;
    if (lost) continue;
    kept.push(...requests);
    spans.push([fromMs, atMs]);
    columns.push(
      columnOfPush(
        requests.flatMap(({ durationS, failed }) => {
          const tags = { status: failed ? '503' : '200', expected_response: `${!failed}` };
          return [
            { metric: 'http_reqs', tags, value: 1, histogram: null },
            {
              metric: 'http_req_duration',
              tags,
              value: null,
              histogram: histogramOf([durationS]),
            },
          ];
        }),
        fromMs,
        atMs,
      ),
    );
  }
  return { columns, kept, spans };
}

/** What k6 would say at the end of a run with these requests. */
function summaryOf(requests: readonly Request[], seconds: number): RunSummary {
  const ms = requests.map(({ durationS }) => durationS * 1000);
  const failed = requests.filter(({ failed: one }) => one).length;
  const metric = (
    name: string,
    type: 'trend' | 'counter' | 'rate',
    contains: 'time' | 'default',
    values: object,
  ) => ({
    metric: name,
    type,
    contains,
    values: values as Record<string, number>,
    thresholds: [],
  });
  return {
    metrics: [
      metric('http_reqs', 'counter', 'default', { count: requests.length, rate: requests.length / seconds }),
      metric('http_req_failed', 'rate', 'default', { passes: failed, fails: requests.length - failed }),
      metric('http_req_duration', 'trend', 'time', {
        'p(50)': percentile(ms, 0.5),
        'p(95)': percentile(ms, 0.95),
        max: Math.max(...ms),
      }),
    ],
    checks: [],
    groups: [],
    testRunDurationMs: seconds * 1000,
  };
}

describe('the figures of a run’s requests are those of its single requests:', () => {
  it('how many, how many failed, and a second of recorded time', () => {
    fc.assert(
      fc.property(made, (pushes) => {
        const { columns, kept, spans } = recorded(pushes);
        const lengthMs = spans.reduce((sum, [from, to]) => sum + to - from, 0);
        expect(requestsOf(columns, null)).toBe(kept.length);
        const failed = kept.filter((one) => one.failed).length;
        expect(failuresOf(columns, null)).toBe(failed);
        expect(failedShareOf({ requests: kept.length, failures: failed })).toBe(
          kept.length === 0 ? null : failed / kept.length,
        );
        expect(recordedMs(columns)).toBe(lengthMs);
        const rate = meanRateOf(columns, null);
        if (lengthMs === 0) expect(rate).toBeNull();
        else expect(rate).toBeCloseTo((kept.length * 1000) / lengthMs, 9);
      }),
    );
  });

  it('recorded time within a range, moment by moment', () => {
    fc.assert(
      fc.property(
        made,
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        (pushes, a, b) => {
          const { columns, spans } = recorded(pushes);
          const [fromMs, toMs] = [Math.min(a, b), Math.max(a, b)];
          let count = 0;
          for (const [from, to] of spans)
            for (let ms = from; ms < to; ms++) if (ms >= fromMs && ms < toMs) count++;
          expect(recordedMs(columns, fromMs, toMs)).toBe(count);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('percentiles, off by no more than a bucket, and never above the largest', () => {
    fc.assert(
      fc.property(made, fc.constantFrom(0.5, 0.9, 0.95, 0.99), (pushes, share) => {
        const { columns, kept } = recorded(pushes);
        const found = percentileOf(columns, null, share);
        if (kept.length === 0) {
          expect(found).toBeNull();
          return;
        }
        const values = kept.map(({ durationS }) => durationS);
        expect(Math.abs(found! / 1000 - percentile(values, share))).toBeLessThanOrEqual(offAt(values, share));
        const summary = summaryOf(kept, 10);
        expect(percentileOf(columns, summary, share)!).toBeLessThanOrEqual(
          Math.max(...values) * 1000 * (1 + 1e-9),
        );
      }),
    );
  });

  it('and k6’s own where it has summed up, whatever was lost on the way', () => {
    fc.assert(
      fc.property(made, (pushes) => {
        const all = pushes.flatMap(({ requests }) => requests);
        fc.pre(all.length > 0);
        const { columns } = recorded(pushes);
        const summary = summaryOf(all, 12.5);
        expect(requestsOf(columns, summary)).toBe(all.length);
        expect(failuresOf(columns, summary)).toBe(all.filter(({ failed }) => failed).length);
        expect(meanRateOf(columns, summary, 0, 1e6)).toBe(all.length / 12.5);
        for (const share of [0.5, 0.95])
          expect(percentileOf(columns, summary, share)).toBe(
            percentile(
              all.map(({ durationS }) => durationS * 1000),
              share,
            ),
          );
      }),
    );
  });
});

describe('the figures of a run’s pods are those of each pod:', () => {
  const lives = fc.array(
    fc.record({
      createdMs: fc.integer({ min: 0, max: 20_000 }),
      startMs: fc.integer({ min: 1, max: 4000 }),
      readyForMs: fc.integer({ min: 1, max: 20_000 }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  const endMs = 30_000;

  it('the most that were ready at once, and the seconds of all', () => {
    fc.assert(
      fc.property(lives, fc.nat(endMs), fc.nat(endMs), (pods, a, b) => {
        const changes = pods
          .flatMap(({ createdMs, startMs, readyForMs }, i): Omit<PodChange, 'id'>[] => {
            const one = { type: 'MODIFIED' as const, uid: `${i}`, name: `${i}`, reason: null };
            const readyMs = createdMs + startMs;
            return [
              { ...one, type: 'ADDED', atMs: createdMs, phase: 'pending' },
              { ...one, atMs: readyMs, phase: 'ready' },
              { ...one, type: 'DELETED', atMs: readyMs + readyForMs, phase: 'gone' },
            ];
          })
          .sort((a, b) => a.atMs - b.atMs)
          .map((change, i): PodChange => ({ ...change, id: i + 1 }));
        const { steps } = podTimeline(changes.filter(({ atMs }) => atMs <= endMs));
        const readyAt = (ms: number): number =>
          pods.filter(({ createdMs, startMs, readyForMs }) => {
            const readyMs = createdMs + startMs;
            return readyMs <= ms && ms < readyMs + readyForMs;
          }).length;
        const moments = pods.map(({ createdMs, startMs }) => createdMs + startMs);
        expect(peakReadyOf(steps)).toBe(Math.max(...moments.map(readyAt)));
        const edge = Math.min(endMs, moments[0]!);
        for (const [fromMs, toMs] of [
          [Math.min(a, b), Math.max(a, b)],
          [Math.min(a, edge), edge],
        ] as const) {
          const inRange = moments.filter((ms) => ms > fromMs && ms <= toMs);
          expect(peakReadyOf(steps, fromMs, toMs)).toBe(Math.max(readyAt(fromMs), ...inRange.map(readyAt)));
        }
        const seconds = pods.reduce(
          (sum, { createdMs, startMs, readyForMs }) =>
            sum + (Math.min(endMs, createdMs + startMs + readyForMs) - createdMs) / 1000,
          0,
        );
        expect(podSecondsOf(steps, endMs)).toBeCloseTo(seconds, 6);
      }),
    );
  });

  it('lags of scale-ups only, none below zero, and none of what is in doubt', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            from: fc.integer({ min: 0, max: 9 }),
            to: fc.integer({ min: 0, max: 9 }),
            totalMs: fc.option(fc.integer({ min: -4000, max: 20_000 })),
            isDoubted: fc.boolean(),
          }),
          { maxLength: 10 },
        ),
        (events) => {
          const matched = events.map(({ from, to, totalMs }, i) => ({
            expected: { id: `e${i}`, from, to },
            lag: { totalMs },
          })) as unknown as Correlation['matched'];
          const incidents = events.map(({ isDoubted }, i) => ({
            isUnclear: isDoubted,
            eventIds: [`e${i}`],
          })) as Correlation['incidents'];
          const lags: number[] = [];
          for (const { from, to, totalMs, isDoubted } of events) {
            if (to <= from || totalMs === null || isDoubted) continue;
            lags.push(totalMs < 0 ? 0 : totalMs);
          }
          expect(lagsOf({ matched, incidents })).toEqual(lags);
          expect(worstLagOf({ matched, incidents })).toBe(lags.length === 0 ? null : Math.max(...lags));
          if (lags.length > 0)
            expect(meanLagOf({ matched, incidents })).toBeCloseTo(
              lags.reduce((a, b) => a + b, 0) / lags.length,
              9,
            );
          else expect(meanLagOf({ matched, incidents })).toBeNull();
        },
      ),
    );
  });
});
