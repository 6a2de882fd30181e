import { describe, expect, it } from 'vitest';
import { correlate } from './correlate';
import {
  type Decision,
  type MetricPoint,
  type PodEvent,
  type PodPhase,
  type Recording,
} from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { message } from '@/lib/model/message';
import { english } from '@/lib/words/english';
import { storyOf } from './story';
import { storyMessage } from './story-message';
import { type StorySentence } from './story-sentence';

const storyWords = (sentence: StorySentence): string => english(storyMessage(sentence));
import { cellIndexOf } from '@/lib/statistics/histogram/bounds';

let nextId = 1;

function pod(name: string, ...phases: [atMs: number, phase: PodPhase, reason?: string][]): PodEvent[] {
  return phases.map(([atMs, phase, reason = null], i) => ({
    id: nextId++,
    atMs,
    serverAtMs: null,
    type: i === 0 ? (phase === 'ready' ? 'LIST' : 'ADDED') : phase === 'gone' ? 'DELETED' : 'MODIFIED',
    uid: name,
    name,
    revision: 'r',
    phase,
    reason,
    resourceVersion: '1',
  }));
}

const decision = (atMs: number, replicas: number): Decision => ({
  id: nextId++,
  atMs,
  valid: true,
  readyPods: 0,
  desiredPods: replicas,
  replicas,
  stableAverage: 0,
  panicAverage: 0,
  panicMode: false,
  boundBy: 'stable',
  reason: { target: 5 },
});

/** One second of k6: so many requests for each time in seconds. */
function second(atMs: number, ...times: [seconds: number, count: number][]): MetricPoint {
  const cells = times
    .map(([value, n]): [number, number] => [cellIndexOf(3, value), n])
    .sort(([a], [b]) => a - b);
  return {
    id: nextId++,
    seriesId: 1,
    atMs,
    value: null,
    histogram: {
      schema: 3,
      zeroThreshold: 0,
      zeroCount: 0,
      count: times.reduce((sum, [, n]) => sum + n, 0),
      sum: 0,
      cells,
    },
  };
}

const sample = (atMs: number, waiting: number, active = 0): Recording['concurrency'][number] => ({
  id: nextId++,
  atMs,
  source: 'gateway',
  active,
  waiting,
  total: active + waiting,
  instant: false,
});

function recording(part: Partial<Recording> & { pods?: PodEvent[][] }): Recording {
  return {
    series: [{ id: 1, metric: 'http_req_duration', type: 'trend', unit: 'seconds', tags: {} }],
    points: [],
    concurrency: [],
    decisions: [],
    gaps: [],
    podEvents: (part.pods ?? []).flat().sort((a, b) => a.atMs - b.atMs),
    ...part,
  };
}

const run = {
  scriptName: 'spike',
  service: { name: 'hello', host: 'hello.example.com' },
  autoscaling: null,
  summary: null,
  loadStartMs: 0,
  loadEndMs: 30_000,
  options: {
    scenarios: {
      late: {
        executor: 'constant-arrival-rate',
        rate: 600,
        timeUnit: '1m',
        duration: '10s',
        startTime: '5s',
      },
      early: { executor: 'constant-vus', vus: 3, duration: '5s' },
    },
  },
  figures: {
    requests: 100,
    failures: 1,
    requestsPerSecond: 3.33,
    p50Ms: 30,
    p90Ms: 40,
    p95Ms: 50,
    p99Ms: 60,
    peakReadyPods: 4,
    worstLagMs: null,
    thresholdsMet: null,
  },
} as unknown as Run;

function tell(recorded: Recording, of: Run = run): { all: StorySentence[]; words: string[] } {
  const all = storyOf(of, correlate(recorded, 0, 30_000), recorded);
  return { all, words: all.map(storyWords) };
}

const many = (n: number, make: (i: number) => PodEvent[]): PodEvent[][] =>
  Array.from({ length: n }, (_, i) => make(i));
const ordinary = (fromS: number, toS: number): MetricPoint[] =>
  Array.from({ length: toS - fromS }, (_, i) => second((fromS + i + 1) * 1000, [0.03, 100]));

describe('the story', () => {
  it('says which pod was late, who waited, and what the steady state is', () => {
    const recorded = recording({
      decisions: [decision(200, 2), decision(10_000, 10), decision(20_000, 10)],
      pods: [
        ...many(2, (i) => pod(`a${i}`, [0, 'ready'])),
        ...many(8, (i) => pod(`b${i}`, [10_100, 'pending'], [10_500 + i * 325, 'ready'])),
      ],
      points: [
        ...ordinary(0, 10),
        second(11_000, [0.03, 50], [1, 12]),
        second(12_000, [1.9, 200]),
        second(13_000, [1.9, 200]),
        second(14_000, [0.03, 60]),
        ...ordinary(14, 30),
      ],
      concurrency: [
        sample(9000, 0, 9),
        sample(11_000, 40, 10),
        sample(12_000, 80, 10),
        sample(13_000, 30, 10),
        sample(14_000, 0, 10),
        sample(15_000, 0, 10),
      ],
    });
    const { all, words } = tell(recorded);
    const late = all.find(({ kind }) => kind === 'incident')!;
    expect(late).toMatchObject({
      incident: { doneMs: 12_775, pods: { from: 2, due: 10 }, slow: { count: 412 } },
      range: { fromMs: 10_000, toMs: 12_775 },
      eventId: 'i1',
    });
    expect(storyWords(late)).toMatch(
      /^Load rose from 9 to 90 in flight at 10 s; capacity followed at 12\.8 s, 2\.8 s later: .*; 412 requests were slow, p95 of those (1\.9|2\.0) s against (29|30|31) ms\. Why: /,
    );
    expect(words[0]).toBe(
      'spike was run against hello (hello.example.com): early 3 virtual users for 5 s; late 10 a second for 10 s.',
    );
  });

  it('counts a cold start from pods at zero with load, and the requests that began in it', () => {
    const recorded = recording({
      decisions: [decision(1000, 1), decision(9000, 1)],
      pods: [pod('a', [1050, 'pending'], [2400, 'ready'])],
      points: [second(3000, [1.4, 20], [0.03, 300]), ...ordinary(3, 12)],
      concurrency: [{ ...sample(1000, 20), instant: true }, sample(2000, 20), sample(3000, 0, 4)],
    });
    const cold = tell(recorded).all.find(({ kind }) => kind === 'cold-start');
    expect(cold).toMatchObject({ atMs: 1000, lengthMs: 1400, requests: 20 });
    expect(
      tell(recording({ ...recorded, concurrency: [], points: ordinary(3, 12) })).all.some(
        ({ kind }) => kind === 'cold-start',
      ),
    ).toBe(false);
  });

  it('counts who waited for a pod that was ready before a second’s histogram could tell, by what was read then', () => {
    const recorded = recording({
      decisions: [decision(1050, 1), decision(9000, 1)],
      pods: [pod('a', [1060, 'pending'], [1160, 'ready'])],
      points: ordinary(1, 12),
      concurrency: [
        { ...sample(1050, 12), instant: true },
        { ...sample(1090, 30), instant: true },
        sample(2000, 2, 4),
      ],
    });
    expect(tell(recorded).all.find(({ kind }) => kind === 'cold-start')).toMatchObject({
      atMs: 1050,
      lengthMs: 110,
      requests: 30,
      slowest: null,
    });
  });

  it('says that a frozen cluster did nothing, once for the steps of one need, with what it cost', () => {
    const recorded = recording({
      decisions: [decision(0, 1), decision(10_000, 3), decision(12_000, 20), decision(30_000, 20)],
      pods: [pod('a', [0, 'ready'])],
      points: [
        ...ordinary(0, 10),
        ...Array.from({ length: 20 }, (_, i) => second(11_000 + i * 1000, [3, 50])),
      ],
    });
    const { all, words } = tell(recorded);
    expect(all.filter(({ kind }) => kind === 'incident')).toHaveLength(1);
    expect(words.find((sentence) => sentence.includes('had not followed'))).toMatch(
      /^20 pods were due at 10 s; capacity had not followed at 30 s, 20\.0 s later, with 1 of 20 pods ready: .*; 1,000 requests were slow/,
    );
  });

  it('says where a cluster fell short, and the pods that it was short of', () => {
    const recorded = recording({
      decisions: [decision(0, 1), decision(5000, 10), decision(29_000, 10)],
      pods: [pod('a', [0, 'ready']), ...many(3, (i) => pod(`b${i}`, [5200, 'pending'], [6000, 'ready']))],
      points: ordinary(0, 30),
    });
    const correlation = correlate(recorded, 0, 30_000);
    expect(correlation.matched[0]).toMatchObject({ reached: 4, doneMs: null, lag: { totalMs: null } });
    expect(tell(recorded).words.find((sentence) => sentence.includes('due'))).toContain(
      '10 pods were due at 5 s; capacity had not followed at 30 s, 25.0 s later, with 4 of 10 pods ready',
    );
  });

  it('tells a crashed pod from a scaling down and up', () => {
    const recorded = recording({
      decisions: [decision(0, 3), decision(20_000, 3)],
      pods: [
        ...many(2, (i) => pod(`a${i}`, [0, 'ready'])),
        pod('b', [0, 'ready'], [7000, 'terminating', 'Error'], [7001, 'gone']),
        pod('c', [7002, 'pending'], [8100, 'ready']),
      ],
      points: ordinary(0, 20),
    });
    const correlation = correlate(recorded, 0, 30_000);
    expect([correlation.observed, correlation.unexpected]).toEqual([[], []]);
    expect(tell(recorded).words.find((sentence) => sentence.includes('lost'))).toBe(
      'Second 7: a ready pod was lost (Error); its successor was ready 1.1 s later.',
    );
  });

  it('does not hold a cluster to what was due for less than two ticks', () => {
    const recorded = recording({
      decisions: [decision(0, 4), decision(20_000, 1), decision(21_000, 1)],
      pods: [
        ...many(2, (i) => pod(`a${i}`, [0, 'ready'])),
        ...many(2, (i) => pod(`b${i}`, [0, 'ready'], [19_500, 'terminating'], [19_600, 'gone'])),
      ],
    });
    const { matched, missed, superseded, unexpected } = correlate(recorded, 0);
    expect([matched, missed, unexpected]).toEqual([[], [], []]);
    expect(superseded.map(({ to }) => to)).toEqual([1]);
  });

  it('answers several decisions by one burst, and one decision by several', () => {
    const one = correlate(
      recording({
        decisions: [decision(0, 1), decision(5000, 4), decision(6500, 8), decision(20_000, 8)],
        pods: [pod('a', [0, 'ready']), ...many(7, (i) => pod(`b${i}`, [6600, 'pending'], [7000, 'ready']))],
      }),
      0,
    );
    expect(one.matched.map(({ expected, observed }) => [expected.to, observed.id])).toEqual([
      [4, 'o1'],
      [8, 'o1'],
    ]);
    expect(one.missed).toEqual([]);
    const two = correlate(
      recording({
        decisions: [decision(0, 1), decision(5000, 8), decision(20_000, 8)],
        pods: [
          pod('a', [0, 'ready']),
          ...many(3, (i) => pod(`b${i}`, [5200, 'pending'], [6000, 'ready'])),
          ...many(4, (i) => pod(`c${i}`, [8000, 'pending'], [9000, 'ready'])),
        ],
      }),
      0,
    );
    expect(two.matched).toHaveLength(1);
    expect(two.matched[0]).toMatchObject({ reached: 8, doneMs: 9000, lag: { actMs: 200, totalMs: 4000 } });
    expect(two.unexpected).toEqual([]);
  });

  it('judges thresholds by their own value and shows their scenario’s time', () => {
    const summary = {
      metrics: [
        {
          metric: 'http_req_duration{scenario:late}',
          type: 'trend',
          contains: 'time',
          values: { 'p(95)': 812 },
          thresholds: [{ source: 'p(95)<500', ok: false }],
        },
        {
          metric: 'checks',
          type: 'rate',
          contains: 'default',
          values: { rate: 1 },
          thresholds: [{ source: 'rate>0.9', ok: true }],
        },
      ],
      checks: [],
      groups: [],
      testRunDurationMs: 1,
    };
    const { all, words } = tell(recording({}), { ...run, summary } as unknown as Run);
    expect(words).toContain('1 of 2 thresholds was met.');
    expect(words).toContain('Not met: http_req_duration{scenario:late} p(95)<500; it was 812 ms.');
    expect(all.find(({ kind }) => kind === 'threshold-crossed')!.range).toEqual({
      fromMs: 5000,
      toMs: 15_000,
    });
  });

  it('says ordinals', () => {
    expect(
      [1, 10, 12, 13, 21, 22, 33, 111, 112].map((n) => english(message('narrative.nth', { n }))),
    ).toEqual([
      'it',
      'the tenth',
      'the twelfth',
      'the 13th',
      'the 21st',
      'the 22nd',
      'the 33rd',
      'the 111th',
      'the 112th',
    ]);
  });
});
