import fc from 'fast-check';
import { propertyRuns } from '@/scripts/test/property-runs';
import { describe, expect, it } from 'vitest';
import { cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { defaultZeroThreshold } from '@/lib/statistics/histogram/empty';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { columnOfPush, startOfColumn, type RequestColumn } from './columns';
import { packCorrelation, packedCorrelationSchema, unpackCorrelation } from './correlation-encode';
import {
  appendRows,
  correlateOverview,
  overviewOf as overviewOfRecording,
  rangeOverview,
  refineRows,
  thinOverview,
  type Overview,
} from './overview';
import { packedOverviewSchema, packOverview, unpackOverview } from './overview-encode';
import { type Decision, type PodPhase } from '@/lib/model/recording';
import { splitThenRollout } from '@/testdata/revisions/split-then-rollout';

function histogramOf(values: readonly number[]): ExponentialHistogram {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(cellIndexOf(3, value), (counts.get(cellIndexOf(3, value)) ?? 0) + 1);
  return {
    schema: 3,
    zeroThreshold: defaultZeroThreshold,
    zeroCount: 0,
    count: values.length,
    sum: values.reduce((a, b) => a + b, 0),
    cells: [...counts].sort(([a], [b]) => a - b),
  };
}

// Quarters of a second: their sums are exact in any order.
const quarters = fc.array(
  fc.integer({ min: 1, max: 40 }).map((n) => n / 4),
  { maxLength: 8 },
);

/** A run of some hours of which each second is random, with pods and decisions that change now and then. */
const runs = fc
  .record({
    seconds: fc.array(
      fc.record({
        values: quarters,
        failures: fc.nat(3),
        total: fc.nat(80),
        waiting: fc.option(fc.nat(40)),
        gapMs: fc.constantFrom(1000, 1000, 1000, 997, 1004, 4000),
      }),
      { minLength: 50, maxLength: 400 },
    ),
    scale: fc.array(
      fc.record({
        atSecond: fc.nat(400),
        to: fc.integer({ min: 0, max: 12 }),
        actMs: fc.integer({ min: -2000, max: 9000 }),
        startMs: fc.integer({ min: 100, max: 7000 }),
      }),
      { maxLength: 12 },
    ),
    columns: fc.integer({ min: 10, max: 60 }),
  })
  .map(({ seconds, scale, columns }) => ({ full: overviewOf(seconds, scale), columns }));

function overviewOf(
  seconds: { values: number[]; failures: number; total: number; waiting: number | null; gapMs: number }[],
  scale: { atSecond: number; to: number; actMs: number; startMs: number }[],
): Overview {
  const columns: RequestColumn[] = [];
  const concurrency: Overview['concurrency'] = [];
  let atMs = 0;
  for (const [i, { values, failures, total, waiting, gapMs }] of seconds.entries()) {
    const fromMs = startOfColumn(atMs + gapMs, columns.at(-1)?.toMs ?? null, 0);
    atMs += gapMs;
    const push: Parameters<typeof columnOfPush>[0] = [
      {
        metric: 'http_reqs',
        tags: { status: '200', expected_response: 'true' },
        value: values.length,
        histogram: null,
      },
      {
        metric: 'http_reqs',
        tags: { status: '503', expected_response: 'false' },
        value: failures,
        histogram: null,
      },
      {
        metric: 'http_req_duration',
        tags: {},
        value: null,
        histogram: values.length > 0 ? histogramOf(values) : null,
      },
      { metric: 'iterations', tags: {}, value: values.length, histogram: null },
    ];
    columns.push({ ...columnOfPush(push, fromMs, atMs), id: i * 3 + 1 });
    concurrency.push({
      id: i + 1,
      fromMs: atMs - 1000,
      atMs,
      source: 'gateway',
      active: total,
      waiting,
      total: total + (waiting ?? 0),
      instant: i % 97 === 5,
    });
  }
  let replicas = 0;
  const events: Omit<Overview['podEvents'][number], 'id'>[] = [];
  const decisions: Omit<Decision, 'id'>[] = [];
  const alive: string[] = [];
  const changes = scale.filter((one) => one.atSecond * 1000 < atMs).sort((a, b) => a.atSecond - b.atSecond);
  for (let tick = 0; tick * 2000 < atMs; tick++) {
    for (const { to, actMs, startMs } of changes.filter((one) => Math.floor(one.atSecond / 2) === tick)) {
      const event = (uid: string, ms: number, phase: PodPhase): number =>
        events.push({
          atMs: Math.max(0, ms),
          type: 'MODIFIED',
          uid,
          name: `pod-${uid}`,
          phase,
          reason: null,
        });
      const seenMs = tick * 2000 + actMs;
      for (let i = replicas; i < to; i++) {
        const uid = `${tick}-${i}`;
        alive.push(uid);
        event(uid, seenMs + i, 'pending');
        event(uid, seenMs + startMs + i * 20, 'ready');
      }
      for (let i = to; i < replicas; i++) {
        const uid = alive.pop();
        if (uid) event(uid, seenMs, 'terminating');
        if (uid) event(uid, seenMs + startMs, 'gone');
      }
      replicas = to;
    }
    decisions.push({
      atMs: tick * 2000,
      valid: tick % 31 !== 7,
      readyPods: replicas,
      desiredPods: replicas,
      replicas,
      stableAverage: tick / 3,
      panicAverage: tick % 5 === 0 ? null : tick / 7,
      panicMode: tick % 40 < 3,
      boundBy: 'stable',
      reason: { target: 5, wantedStable: tick, panicSinceMs: tick % 40 < 3 ? 1 : null },
    });
  }
  return {
    columns,
    concurrency,
    gaps: [],
    checks: [{ name: 'ok', path: '::ok', share: 0.1 + 0.2 }],
    series: [],
    points: [],
    decisionCount: decisions.length,
    podEvents: events.sort((a, b) => a.atMs - b.atMs).map((event, i) => ({ ...event, id: i + 1 })),
    decisions: decisions.map((decision, i) => ({ ...decision, id: i * 2 + 1 })),
  };
}

const total = (columns: readonly RequestColumn[]) => ({
  requests: columns.reduce((sum, one) => sum + one.requests, 0),
  failures: columns.reduce((sum, one) => sum + one.failures, 0),
  iterations: columns.reduce((sum, one) => sum + one.iterations, 0),
  pushes: columns.reduce((sum, one) => sum + one.pushes, 0),
  durations: mergeHistograms(columns.flatMap(({ durations }) => (durations ? [durations] : []))),
});

describe('thinOverview', () => {
  it('keeps every request, and quantiles are those of the seconds merged', () => {
    fc.assert(
      fc.property(runs, ({ full, columns }) => {
        const thin = thinOverview(full, columns);
        expect(total(thin.columns)).toEqual(total(full.columns));
        for (const column of thin.columns) {
          const seconds = full.columns.filter(({ toMs }) => toMs > column.fromMs && toMs <= column.toMs);
          expect(column.requests).toBe(total(seconds).requests);
          if (column.durations)
            expect(quantile(column.durations, 0.95)).toBe(quantile(total(seconds).durations, 0.95));
        }
        expect(thin.columns.map(({ fromMs }) => fromMs)).toEqual(
          thin.columns.map((_, i) => thin.columns[i - 1]?.toMs ?? full.columns[0]!.fromMs),
        );
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  it('loses no pod event, no change of the decisions and no peak', () => {
    fc.assert(
      fc.property(runs, ({ full, columns }) => {
        const thin = thinOverview(full, columns);
        const changes = ({ decisions }: Overview): unknown[] =>
          decisions.filter(({ replicas, valid, panicMode }, i) => {
            const before = decisions[i - 1];
            return replicas !== before?.replicas || valid !== before.valid || panicMode !== before.panicMode;
          });
        expect(thin.podEvents).toEqual(full.podEvents);
        expect(changes(thin)).toEqual(changes(full));
        expect(Math.max(...thin.concurrency.map((sample) => sample.total))).toBe(
          Math.max(...full.concurrency.map((sample) => sample.total)),
        );
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  it('gives about as many columns as asked for where nothing scales', () => {
    const seconds = Array.from({ length: 3600 }, () => ({
      values: [0.25],
      failures: 0,
      total: 5,
      waiting: 0,
      gapMs: 1000,
    }));
    const thin = thinOverview(overviewOf(seconds, []), 600);
    expect(thin.columns.length).toBe(600);
    expect(thin.concurrency.length).toBeLessThan(700);
    expect(thin.decisions.length).toBeLessThan(1100);
  });

  it('leaves a short run as it is', () => {
    const full = overviewOf(
      Array.from({ length: 50 }, () => ({ values: [0.25], failures: 0, total: 5, waiting: 0, gapMs: 1000 })),
      [],
    );
    expect(thinOverview(full, 600)).toBe(full);
  });
});

describe('a part in finer steps', () => {
  it('takes the place of the coarse rows; nothing is lost or counted twice', () => {
    fc.assert(
      fc.property(runs, fc.nat(100), fc.nat(100), ({ full, columns }, a, b) => {
        const thin = thinOverview(full, columns);
        const [first, last] = [
          thin.columns[Math.min(a, thin.columns.length - 1)]!,
          thin.columns[Math.min(a + b, thin.columns.length - 1)]!,
        ];
        const span = { fromMs: first.fromMs, toMs: last.toMs };
        const finer = rangeOverview(full, span, 5000);
        expect(total(finer.columns)).toEqual(
          total(thin.columns.filter(({ toMs }) => toMs > span.fromMs && toMs <= span.toMs)),
        );
        expect(finer.columns.every(({ pushes }) => pushes === 1)).toBe(true);
        const rows = refineRows(thin, finer, span);
        const outside = (atMs: number): boolean => atMs <= span.fromMs || atMs > span.toMs;
        expect(rows.decisions.filter(({ atMs }) => !outside(atMs)).map(({ id }) => id)).toEqual(
          full.decisions.filter(({ atMs }) => !outside(atMs)).map(({ id }) => id),
        );
        const moments = rows.concurrency.map(({ atMs }) => atMs);
        expect(moments).toEqual([...moments].sort((x, y) => x - y));
      }),
      { numRuns: propertyRuns(60) },
    );
  });
});

describe('appendRows', () => {
  it('takes each row once, however often a stream repeats it', () => {
    const { columns: _columns, ...rows } = overviewOf(
      Array.from({ length: 60 }, () => ({ values: [0.25], failures: 0, total: 5, waiting: 0, gapMs: 1000 })),
      [{ atSecond: 4, to: 3, actMs: 500, startMs: 900 }],
    );
    const early = {
      ...rows,
      concurrency: rows.concurrency.slice(0, 20),
      decisions: rows.decisions.slice(0, 10),
      decisionCount: 10,
      podEvents: rows.podEvents.slice(0, 2),
    };
    expect(appendRows(early, rows)).toEqual(rows);
    expect(appendRows(rows, rows)).toEqual(rows);
  });
});

describe('packing', () => {
  it('gives back a correlation as it was, each event one object', () => {
    fc.assert(
      fc.property(runs, ({ full }) => {
        const correlation = correlateOverview(full, 100, null);
        const { pods: _pods, ...events } = correlation;
        const back = unpackCorrelation(
          packedCorrelationSchema.parse(JSON.parse(JSON.stringify(packCorrelation(correlation)))),
        );
        expect(back).toEqual(events);
        for (const { expected, observed } of back.matched)
          expect([back.expected.includes(expected), back.observed.includes(observed)]).toEqual([true, true]);
      }),
      { numRuns: propertyRuns(40) },
    );
  });

  it('comes back to the last bit through JSON', () => {
    fc.assert(
      fc.property(runs, ({ full, columns }) => {
        const thin = thinOverview(full, columns);
        expect(
          unpackOverview(packedOverviewSchema.parse(JSON.parse(JSON.stringify(packOverview(thin))))),
        ).toEqual(thin);
      }),
      { numRuns: propertyRuns(40) },
    );
  });

  it('keeps what is in flight at each of several revisions', () => {
    const { run, recording } = splitThenRollout();
    const full = overviewOfRecording(recording, run.loadStartMs);
    const back = unpackOverview(packedOverviewSchema.parse(JSON.parse(JSON.stringify(packOverview(full)))));
    const told = ({ concurrency }: Overview) => concurrency.map(({ byRevision }) => byRevision);
    expect(told(back)).toEqual(told(full));
    expect(Math.max(...told(back).map((own) => own?.['shop-00002'] ?? 0))).toBeGreaterThan(0);
  });

  it('keeps cells that lie far apart, other thresholds, sources and reasons that come and go', () => {
    const full = overviewOf(
      [
        { values: [0.25, 9000], failures: 1, total: 5, waiting: null, gapMs: 1000 },
        { values: [], failures: 0, total: 1 / 3, waiting: 0, gapMs: 1000 },
      ],
      [],
    );
    full.columns[0]!.durations = {
      ...full.columns[0]!.durations!,
      zeroThreshold: 0.001,
      zeroCount: 4,
      count: 6,
    };
    full.concurrency[1] = { ...full.concurrency[1]!, source: 'littles-law' };
    const decision = full.decisions[0]!;
    full.decisions = [
      { ...decision, reason: { target: 5, mode: 'Proxy', waitMs: null } },
      { ...decision, id: 9, reason: { target: 5 } },
      { ...decision, id: 12, reason: { target: 5, waitMs: 7, mode: null } },
    ];
    expect(
      unpackOverview(packedOverviewSchema.parse(JSON.parse(JSON.stringify(packOverview(full))))),
    ).toEqual(full);
  });
});

describe('columns of pushes', () => {
  it('sum the series by status and merge their histograms', () => {
    const column = columnOfPush(
      [
        {
          metric: 'http_reqs',
          tags: { status: '200', expected_response: 'true' },
          value: 90,
          histogram: null,
        },
        {
          metric: 'http_reqs',
          tags: { status: '503', expected_response: 'false' },
          value: 10,
          histogram: null,
        },
        {
          metric: 'http_req_duration',
          tags: { status: '200' },
          value: null,
          histogram: histogramOf([0.25, 0.5]),
        },
        { metric: 'http_req_duration', tags: { status: '503' }, value: null, histogram: histogramOf([1]) },
        { metric: 'vus', tags: {}, value: 50, histogram: null },
      ],
      0,
      1000,
    );
    expect(column).toMatchObject({
      requests: 100,
      failures: 10,
      counts: { '2xx': 90, '5xx': 10 },
      durations: histogramOf([0.25, 0.5, 1]),
    });
  });

  it('begin where the one before ended, the first with the load', () => {
    expect([
      startOfColumn(5000, 1000, 0),
      startOfColumn(5000, null, 4200),
      startOfColumn(5000, null, null),
    ]).toEqual([1000, 4200, 4000]);
  });
});
