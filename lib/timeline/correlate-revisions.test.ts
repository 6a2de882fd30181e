import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NewClusterReport } from '@/lib/model/cluster-report';
import { type Decision, type PodEvent, type PodPhase, type Recording } from '@/lib/model/recording';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { correlate, correlateSeconds } from './correlate';
import { requestsInLagOf, slowRequestsOf } from './figures';
import { revisionFigures } from './revision-figures';
import { packCorrelation, unpackCorrelation } from './correlation-encode';

let nextId = 1;
const [blue, green] = ['shop-blue', 'shop-green'];

function pod(revision: string, name: string, ...phases: [number, PodPhase][]): PodEvent[] {
  return phases.map(([atMs, phase], i) => ({
    id: nextId++,
    atMs,
    serverAtMs: null,
    type: atMs === 0 ? 'LIST' : i === 0 ? 'ADDED' : phase === 'gone' ? 'DELETED' : 'MODIFIED',
    uid: name,
    name,
    revision,
    phase,
    reason: null,
    resourceVersion: '1',
  }));
}

/** What the calculation decided of one revision, with the sum over all; without a revision, of the service as one. */
function decision(
  atMs: number,
  replicas: number,
  of?: { revision: string; all: number; minScale: number },
): Decision {
  const numbers = {
    valid: true,
    readyPods: 0,
    desiredPods: replicas,
    replicas,
    // What asks for as many pods, well off the edge to one more.
    stableAverage: replicas * 10 - 5,
    panicAverage: null,
    panicMode: false,
    boundBy: 'stable',
    reason: { target: 10, minScale: of?.minScale ?? 1, maxScale: 0 },
  };
  return {
    ...numbers,
    id: nextId++,
    atMs,
    replicas: of?.all ?? replicas,
    ...(of ? { part: { ...numbers, revision: of.revision } } : {}),
  };
}

function recording(
  decisions: Decision[],
  pods: PodEvent[][],
  inFlight: [atMs: number, byRevision: Record<string, number>][],
  reports: NewClusterReport[] = [],
): Recording {
  return {
    series: [],
    points: [],
    gaps: [],
    decisions,
    concurrency: inFlight.map(([atMs, byRevision]) => ({
      id: nextId++,
      atMs,
      source: 'gateway',
      active: null,
      waiting: null,
      total: Object.values(byRevision).reduce((sum, value) => sum + value, 0),
      byRevision,
      instant: false,
    })),
    reports: reports.map((report) => ({ ...report, id: nextId++ })),
    podEvents: pods.flat().sort((a, b) => a.atMs - b.atMs),
  };
}

const each = (fromMs: number, toMs: number, byRevision: Record<string, number>) =>
  Array.from({ length: (toMs - fromMs) / 1000 }, (_, i): [number, Record<string, number>] => [
    fromMs + (i + 1) * 1000,
    byRevision,
  ]);
const traffic = (atMs: number, shares: Record<string, number>): NewClusterReport => ({
  kind: 'traffic',
  atMs,
  serverAtMs: null,
  shares: Object.entries(shares).map(([revision, percent]) => ({ revision, percent, tag: null })),
});

it('gives each revision what its own pods and readings sum up to', () => {
  const lives = fc.array(
    fc.record({
      made: fc.integer({ min: 1, max: 400 }),
      starts: fc.nat(60),
      serves: fc.integer({ min: 1, max: 300 }),
      ends: fc.nat(60),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const loads = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(lives, lives, loads, (blues, greens, perSecond) => {
      // All by the tenth of a second.
      const own = { [blue]: blues, [green]: greens };
      const pods = Object.entries(own).flatMap(([revision, all]) =>
        all.map(({ made, starts, serves, ends }, i) =>
          pod(
            revision,
            `${revision}${i}`,
            [made * 100, 'pending'],
            [(made + starts) * 100, 'ready'],
            [(made + starts + serves) * 100, 'terminating'],
            [(made + starts + serves + ends) * 100, 'gone'],
          ),
        ),
      );
      const readings = perSecond.map(([b, g], i): [number, Record<string, number>] => [
        (i + 1) * 1000,
        { [blue]: b, [green]: g },
      ]);
      const c = correlate(recording([], pods, readings), 0);
      const all = perSecond.reduce((sum, [b, g]) => sum + b + g, 0);
      for (const [place, [revision, its]] of Object.entries(own).entries()) {
        const found = revisionFigures(c).find((one) => one.revision === revision)!;
        const readyAt = (tenth: number): number =>
          its.filter(({ made, starts, serves }) => made + starts <= tenth && tenth < made + starts + serves)
            .length;
        expect(found.peakReadyPods).toBe(Math.max(...Array.from({ length: 830 }, (_, i) => readyAt(i))));
        const tenths = its.reduce((sum, { starts, serves, ends }) => sum + starts + serves + ends, 0);
        expect(found.podSeconds).toBeCloseTo(tenths / 10, 6);
        const read = perSecond.map((one) => one[place]!);
        expect(found.peakInFlight).toBe(Math.max(...read));
        if (all > 0) expect(found.share).toBeCloseTo(read.reduce((sum, one) => sum + one, 0) / all, 9);
      }
    }),
  );
});

describe('a split', () => {
  const pods = [
    ...['b1', 'b2'].map((name) => pod(blue, name, [0, 'ready'])),
    pod(green, 'g1', [0, 'ready']),
    ...['b3', 'b4'].map((name) => pod(blue, name, [12_300, 'pending'], [14_000, 'ready'])),
    pod(green, 'g2', [12_900, 'pending'], [16_000, 'ready']),
  ];
  const decisions = [
    decision(2000, 2, { revision: blue, all: 3, minScale: 2 }),
    decision(2500, 1, { revision: green, all: 3, minScale: 1 }),
    decision(12_000, 4, { revision: blue, all: 5, minScale: 2 }),
    decision(12_500, 2, { revision: green, all: 6, minScale: 1 }),
  ];
  const readings = [
    ...each(0, 10_000, { [blue]: 5, [green]: 5 }),
    ...each(10_000, 20_000, { [blue]: 30, [green]: 15 }),
  ];

  it('matches each revision by itself, with its own least and its own lag', () => {
    const c = correlate(recording(decisions, pods, readings), 0);
    expect(
      c.matched.map(({ expected, lag }) => [expected.revision, expected.from, expected.to, lag.totalMs]),
    ).toEqual([
      [blue, 2, 4, 2000],
      [green, 1, 2, 3500],
    ]);
    expect(c.unexpected).toEqual([]);
    expect(c.rollouts).toEqual([]);
    const rules = { target: 10, maxScale: 0, decided: [] };
    // Ten seconds of 5 and 5, then ten of 30 and 15.
    const inAll = 10 * (5 + 5) + 10 * (30 + 15);
    expect(c.revisions).toMatchObject([
      { ...rules, revision: blue, minScale: 2, share: (10 * 5 + 10 * 30) / inAll, peakInFlight: 30 },
      { ...rules, revision: green, minScale: 1, share: (10 * 5 + 10 * 15) / inAll, peakInFlight: 15 },
    ]);
    expect(revisionFigures(c)).toMatchObject([
      { peakReadyPods: 4, scaleEvents: 1, worstLagMs: 2000 },
      { peakReadyPods: 2, scaleEvents: 1, worstLagMs: 3500 },
    ]);
    expect(new Set(c.observed.map(({ id }) => id)).size).toBe(c.observed.length);
  });

  it('counts what was slow while both lacked pods once, in the incident that began first', () => {
    const seconds = Array.from({ length: 20 }, (_, i) => ({
      fromMs: i * 1000,
      toMs: (i + 1) * 1000,
      // Slow from the moment of the change on: 0.9 s against 31 ms.
      histogram: {
        ...emptyHistogram(3),
        count: 100,
        sum: 3,
        cells: [[i >= 10 && i < 16 ? -1 : -40, 100]] as [number, number][],
      },
    }));
    const read = recording(decisions, pods, readings);
    const { incidents } = correlateSeconds({ ...read, seconds, endMs: 20_000 }, 0, 20_000);
    const short = incidents.filter(({ kind }) => kind === 'short');
    expect(new Set(short.map(({ revision }) => revision))).toEqual(new Set([blue, green]));
    const [first, second] = short;
    expect(second!.startMs).toBeLessThan(first!.endMs);
    expect(second!.endMs).toBeGreaterThan(first!.endMs);
    // Each second that ended in either, or was pushed after it, and no one twice.
    const inEither = seconds.filter(({ toMs }) =>
      short.some(({ startMs, endMs }) => toMs > startMs && toMs <= endMs + 1100 + 31),
    );
    const told = short.reduce((sum, { slow }) => sum + (slow?.requests ?? 0), 0);
    expect(told).toBe(inEither.length * 100);
    const slow = inEither.filter(({ toMs }) => toMs > 10_000 && toMs <= 16_000);
    expect(slowRequestsOf({ incidents })).toBe(slow.length * 100);
  });

  it('counts requests that ended while both lacked pods once', () => {
    const seconds = Array.from({ length: 20 }, (_, i) => ({
      fromMs: i * 1000,
      toMs: (i + 1) * 1000,
      histogram: { ...emptyHistogram(3), count: 100, sum: 3, cells: [[-40, 100]] as [number, number][] },
    }));
    const read = recording(decisions, pods, readings);
    const c = correlateSeconds({ ...read, seconds, endMs: 20_000 }, 0, 20_000);
    const [first, second] = c.episodes;
    expect(c.episodes).toHaveLength(2);
    expect(second!.fromMs).toBeLessThan(first!.toMs);
    const inEither = seconds.filter(({ toMs }) =>
      c.episodes.some((one) => toMs > one.fromMs && toMs <= one.toMs),
    );
    expect(requestsInLagOf(c)).toBe(inEither.length * 100);
  });

  it('is told by the Route, else by what was in flight at each', () => {
    const routed = correlate(
      recording(decisions, pods, readings, [traffic(0, { [blue]: 70, [green]: 30 })]),
      0,
    );
    expect(routed.splits).toMatchObject([
      {
        by: 'route',
        toMs: null,
        shares: [
          { revision: blue, percent: 70 },
          { revision: green, percent: 30 },
        ],
      },
    ]);
    const read = correlate(recording(decisions, pods, readings), 0);
    expect(read.splits).toMatchObject([{ by: 'in-flight', fromMs: 0, toMs: null }]);
    expect(read.splits[0]!.shares.map(({ revision }) => revision)).toEqual([blue, green]);
  });

  it('comes back from its packed form', () => {
    const c = correlate(recording(decisions, pods, readings), 0);
    const { pods: _pods, ...rest } = c;
    expect(unpackCorrelation(JSON.parse(JSON.stringify(packCorrelation(c))) as never)).toEqual(rest);
  });
});

describe('a rollout', () => {
  const pods = [
    ...['b1', 'b2'].map((name) => pod(blue, name, [0, 'ready'], [70_000, 'terminating'], [71_000, 'gone'])),
    pod(green, 'g1', [10_000, 'pending'], [11_800, 'ready']),
    pod(green, 'g2', [14_300, 'pending'], [15_500, 'ready']),
  ];
  const decisions = [
    decision(2000, 2),
    decision(12_000, 2, { revision: blue, all: 3, minScale: 0 }),
    decision(12_500, 1, { revision: green, all: 3, minScale: 1 }),
    decision(14_500, 2, { revision: green, all: 4, minScale: 1 }),
    decision(62_000, 0, { revision: blue, all: 2, minScale: 0 }),
  ];
  const readings = [...each(0, 12_000, { [blue]: 14 }), ...each(12_000, 80_000, { [blue]: 0, [green]: 14 })];

  it('is told as one: the old revision’s way down is no late event of the service', () => {
    const c = correlate(
      recording(decisions, pods, readings, [traffic(0, { [blue]: 100 }), traffic(12_000, { [green]: 100 })]),
      0,
    );
    expect(c.rollouts).toEqual([
      {
        id: 'r1',
        revision: green,
        before: [blue],
        startedMs: 10_000,
        servingMs: 12_000,
        tookOverMs: 12_000,
        by: 'route',
        podsBefore: 2,
        podsLeft: 0,
        goneMs: 71_000,
      },
    ]);
    // The new one's second pod was due by its own load: that is a scale event as any.
    expect(
      c.matched.map(({ expected, lag }) => [expected.revision, expected.from, expected.to, lag.totalMs]),
    ).toEqual([[green, 1, 2, 1000]]);
    expect([c.missed, c.unexpected, c.corrections, c.losses]).toEqual([[], [], [], []]);
  });

  it('is seen in what is in flight where the Route is not read', () => {
    const c = correlate(recording(decisions, pods, readings), 0);
    expect(c.rollouts).toMatchObject([{ revision: green, by: 'in-flight', tookOverMs: 12_000 }]);
    expect(c.splits).toEqual([]);
  });

  it('is known by its pods where nothing tells of requests, and blames nobody', () => {
    const asOne = [decision(2000, 2), decision(14_000, 2)];
    const c = correlate(recording(asOne, pods, []), 0);
    expect(c.rollouts).toMatchObject([{ revision: green, by: 'pods', before: [blue], tookOverMs: 70_000 }]);
    expect(c.unexpected.filter(({ to, from }) => to < from)).toEqual([]);
    expect(c.revisions[0]).toMatchObject({
      revision: blue,
      share: null,
      peakInFlight: null,
      target: null,
      minScale: null,
      maxScale: null,
      decided: [],
    });
  });

  it('that never had a request is told as that', () => {
    const c = correlate(
      recording(
        [decision(2000, 2), decision(12_000, 2, { revision: blue, all: 3, minScale: 0 })],
        [pod(blue, 'b1', [0, 'ready']), pod(blue, 'b2', [0, 'ready']), pod(green, 'g1', [10_000, 'pending'])],
        each(0, 20_000, { [blue]: 14, [green]: 0 }),
      ),
      0,
    );
    expect(c.rollouts).toMatchObject([
      { revision: green, servingMs: null, tookOverMs: null, startedMs: 10_000 },
    ]);
    expect(c.unexpected).toEqual([]);
  });
});

it('says nothing of revisions where one had pods', () => {
  const c = correlate(
    recording(
      [decision(2000, 2)],
      [pod(blue, 'b1', [0, 'ready']), pod(green, 'g1', [0, 'terminating'], [3000, 'gone'])],
      [],
    ),
    0,
  );
  expect([c.revisions, c.rollouts, c.splits]).toEqual([[], [], []]);
});
