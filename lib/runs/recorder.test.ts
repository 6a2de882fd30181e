import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { resolveConfig } from '@/lib/autoscaling';
import { type IngestedPoint } from '@/lib/loadgen/ingest';
import { type PodEvent, type PodPhase, type Recording } from '@/lib/model/recording';
import { type Service } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { endOfRecorded, readOverview } from '@/lib/store/overview';
import { closeAllGaps, readRecording } from '@/lib/store/recording';
import { openTestStore, queueRun, registerService, until } from './fake-run';
import { Recorder } from './recorder';
import { message, said } from '@/lib/model/message';

const serviceTemplate = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
      spec: z.object({ containerConcurrency: z.number() }),
    }),
  }),
});
const originMs = 1_700_000_000_000;
let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
let service: Service;
let recorder: Recorder;
let count = 0;

beforeAll(async () => {
  opened = await openTestStore();
  ({ store } = opened);
  service = await registerService(store, 'shop');
});
afterAll(() => opened.close());
beforeEach(async () => {
  const { id } = await queueRun(store, service, `recorded-${count++}`);
  recorder = new Recorder(store, id, originMs, (error) => {
    throw error;
  });
});

const { config } = resolveConfig({ annotations: {}, containerConcurrency: 5, configMap: {} });
const pod = (uid: string, phase: PodPhase, atMs: number): Omit<PodEvent, 'id'> => ({
  atMs,
  serverAtMs: null,
  type: 'MODIFIED',
  uid,
  name: uid,
  revision: null,
  phase,
  reason: null,
  resourceVersion: '1',
});
const requests = (value: number, tags: Record<string, string> = { status: '200' }): IngestedPoint => ({
  metric: 'http_reqs',
  type: 'counter',
  unit: 'none',
  tags,
  atUnixMs: originMs,
  value,
  histogram: null,
});
const durations = (sum: number): IngestedPoint => ({
  ...requests(0),
  metric: 'http_req_duration',
  type: 'trend',
  unit: 'seconds',
  value: null,
  histogram: { schema: 3, zeroThreshold: 0, zeroCount: 0, count: 10, sum, cells: [[0, 10]] },
});
const stored = async (): Promise<Recording> => {
  await recorder.flush();
  return readRecording(store, recorder.runId, { detail: true });
};

it('stores what happens in the order in which it came, on the run’s clock', async () => {
  expect(recorder.toClock(originMs + 1234.4)).toBe(1234);
  recorder.pod(pod('a', 'pending', 10));
  void recorder.push([requests(7), requests(2, { status: '503' })], 1000);
  recorder.pod(pod('a', 'ready', 900));
  void recorder.push([requests(5)], 2000);
  const { podEvents, points, series } = await stored();
  expect(podEvents.map(({ phase }) => phase)).toEqual(['pending', 'ready']);
  expect(points.map(({ atMs, value }) => [atMs, value])).toEqual([
    [1000, 7],
    [1000, 2],
    [2000, 5],
  ]);
  // A series is one, however often it is pushed.
  expect(series.map(({ tags }) => tags.status).sort()).toEqual(['200', '503']);
  const { overview } = await readOverview(store, recorder.runId);
  expect(overview.columns.map(({ toMs, requests: all }) => [toMs, all])).toEqual([
    [1000, 9],
    [2000, 5],
  ]);
  expect(await endOfRecorded(store, recorder.runId)).toBe(2000);
  recorder.pod(pod('a', 'gone', 2500));
  await recorder.flush();
  expect(await endOfRecorded(store, recorder.runId)).toBe(2500);
});

it('counts the pods that are ready at once', () => {
  for (const uid of ['a', 'b']) recorder.pod(pod(uid, 'ready', 10));
  recorder.pod(pod('a', 'gone', 20));
  recorder.pod(pod('c', 'ready', 30));
  expect([recorder.readyPods, recorder.peakReadyPods]).toEqual([2, 2]);
});

describe('the calculation', () => {
  const sample = (atMs: number, total: number) =>
    recorder.concurrency({ atMs, source: 'gateway', active: total, waiting: 0, total, instant: false });

  it('begins with the load, and decides by what is recorded', async () => {
    recorder.tick(100);
    recorder.pod(pod('a', 'ready', 200));
    recorder.startAnnotator(config, 500);
    for (let second = 1; second <= 4; second++) void sample(500 + 1000 * second, 50);
    recorder.tick(4600);
    const { decisions, concurrency } = await stored();
    expect(concurrency).toHaveLength(4);
    expect(decisions.map(({ atMs }) => atMs)).toEqual([4600]);
    expect(decisions[0]).toMatchObject({ valid: true, readyPods: 1 });
    expect(decisions[0]!.desiredPods).toBeGreaterThan(1);
  });

  it('runs at once where load meets no pod', async () => {
    recorder.startAnnotator(config, 500);
    const reading = { source: 'gateway', active: 0, waiting: 3, total: 3 } as const;
    expect(recorder.reading({ ...reading, atMs: 600 })).toBe(true);
    expect(recorder.reading({ ...reading, atMs: 700 })).toBe(false);
    const { concurrency, decisions } = await stored();
    expect(concurrency.map(({ atMs, instant }) => [atMs, instant])).toEqual([[600, true]]);
    expect(decisions.map(({ atMs }) => atMs)).toEqual([600]);
  });

  it('takes the concurrency from the durations where no gateway can be read', async () => {
    recorder.useLittlesLaw();
    recorder.startAnnotator(config, 0);
    void recorder.push([durations(12.5)], 1000);
    const { concurrency } = await stored();
    expect(concurrency).toMatchObject([{ source: 'littles-law', total: 12.5, active: null }]);
  });
});

// Two replicas of a gateway and the metrics address of one: 20 of 40 in flight were read.
it.each([
  ['half of it', 20, { read: 20, inFlight: 40 }],
  ['nearly all of it', 36, null],
])('doubts the gateway’s readings where they show %s', (_what, total, expected) => {
  recorder.startAnnotator(config, 0);
  for (let second = 1; second <= 20; second++) {
    recorder.concurrency({
      atMs: second * 1000,
      source: 'gateway',
      active: total,
      waiting: 0,
      total,
      instant: false,
    });
    void recorder.push([durations(40)], second * 1000);
  }
  expect(recorder.gatewayShortfall(20_000)).toEqual(expected);
});

// knative/serving#8390: one request of 8 s a pod, a handful of clients, no gateway that can be read.
it('counts a long request in each of its seconds, so that four users ask for four pods', async () => {
  const yaml = readFileSync('testdata/cases/24-long-requests-without-gateway-metrics/service.yaml', 'utf8');
  const { metadata, spec } = serviceTemplate.parse(parse(yaml)).spec.template;
  const slow = resolveConfig({ ...metadata, containerConcurrency: spec.containerConcurrency }).config;
  const users = { ...requests(4), metric: 'vus', type: 'gauge' } as const;
  recorder.useLittlesLaw();
  recorder.startAnnotator(slow, 0);
  for (let second = 1; second <= 33; second++) {
    const ended = second > 8 && second % 8 === 1;
    // 8 s are in the bucket that ends there.
    const histogram = { ...durations(0).histogram!, count: 4, sum: 32, cells: [[24, 4] as [number, number]] };
    void recorder.push(ended ? [users, { ...durations(32), histogram }] : [users], second * 1000);
    if (second % 2 === 0) recorder.tick(second * 1000 + 100);
  }
  recorder.loadEnded();
  const { concurrency, decisions } = await stored();
  const seconds = concurrency.filter(({ instant }) => !instant);
  expect(seconds).toHaveLength(33);
  for (const { total } of seconds) expect(total).toBeLessThanOrEqual(4);
  for (const { total } of seconds.slice(1, -1)) expect(total).toBeCloseTo(4, 1);
  expect(Math.max(...decisions.map(({ replicas }) => replicas))).toBe(4);
});

describe('gaps', () => {
  it('are one a kind while they last', async () => {
    recorder.gapEnds('pods', 5);
    recorder.gapBegins('pods', 10, said('watch lost'));
    recorder.gapBegins('pods', 20, said('still lost'));
    recorder.gapBegins('requests', 30, message('gaps.no-metrics'));
    recorder.gapEnds('pods', 40);
    recorder.gapBegins('pods', 50, said('lost again'));
    const { gaps } = await stored();
    expect(gaps.map(({ what, fromMs, toMs, reason, code }) => [what, fromMs, toMs, reason, code])).toEqual([
      ['pods', 10, 40, 'watch lost', 'reasons.said'],
      ['requests', 30, null, 'k6 sent no metrics', 'gaps.no-metrics'],
      ['pods', 50, null, 'lost again', 'reasons.said'],
    ]);
  });

  it('none stays open behind the end of the recording, be it found while that is stored', async () => {
    recorder.gapBegins('pods', 10, said('watch lost'));
    const ended = recorder.close(() => closeAllGaps(store, recorder.runId, 40));
    recorder.gapBegins('concurrency', 30, said('no answer'));
    await ended;
    const { gaps } = await stored();
    expect(gaps.map(({ what, fromMs, toMs }) => [what, fromMs, toMs])).toEqual([['pods', 10, 40]]);
  });
});

describe('while the database cannot be written', () => {
  it('what comes waits, is told as a gap that is not stored, and is stored in its order', async () => {
    const unlock = await opened.lock();
    const first = recorder.push([requests(7)], 1000);
    recorder.pod(pod('a', 'ready', 1500));
    const second = recorder.push([requests(5)], 2000);
    await until(() => recorder.failing);
    expect(recorder.unstoredGaps()).toMatchObject([{ id: -1, what: 'requests', toMs: null }]);
    expect(await readRecording(store, recorder.runId)).toMatchObject({ points: [], gaps: [] });
    await unlock();
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(recorder.failing).toBeNull();
    expect(recorder.unstoredGaps()).toEqual([]);
    const { points, podEvents, gaps } = await stored();
    expect(points.map(({ value }) => value)).toEqual([7, 5]);
    expect([podEvents.length, gaps.length]).toEqual([1, 0]);
  });

  it('more than may wait is dropped: a gap that says so at once, and stays', async () => {
    const small = new Recorder(store, recorder.runId, originMs, () => {}, { maxBytes: 1000 });
    const empty = await opened.fill();
    const pushes = [1000, 2000, 3000, 4000].map((atMs) =>
      small.push([requests(atMs, { path: `/${'x'.repeat(20_000)}${atMs}` }), requests(1)], atMs),
    );
    expect(await Promise.all(pushes.slice(1))).toEqual([false, false, false]);
    expect(small.unstoredGaps()).toMatchObject([{ what: 'requests', fromMs: 1000, toMs: 4000 }]);
    await empty();
    expect(await pushes[0]).toBe(true);
    await small.flush();
    expect(small.unstoredGaps()).toEqual([]);
    const { points, gaps } = await stored();
    expect(points.map(({ atMs }) => atMs)).toEqual([1000, 1000]);
    expect(gaps).toMatchObject([{ what: 'requests', fromMs: 1000, toMs: 4000 }]);
  });
});

it('what can never be stored holds nothing up, be it a gap', async () => {
  const errors: unknown[] = [];
  const other = new Recorder(store, recorder.runId, originMs, (error) => errors.push(error));
  other.gapBegins('pods', NaN, said('watch lost'));
  other.gapEnds('pods', 40);
  const lost = await other.push([{ ...requests(1), value: NaN }], 1000);
  const kept = await other.push([requests(3)], 2000);
  other.gapBegins('concurrency', 50, said('no answer'));
  await other.flush();
  expect([lost, kept, errors.length]).toEqual([false, true, 3]);
  const { gaps } = await stored();
  expect(gaps.map(({ what, fromMs, toMs }) => [what, fromMs, toMs])).toEqual([
    ['requests', 0, 1000],
    ['concurrency', 50, null],
  ]);
});

it('calculates a service on rps by what the gateway counted of each revision, else by k6’s requests as the Route divides them', async () => {
  const onRps = resolveConfig({
    annotations: { 'autoscaling.knative.dev/metric': 'rps', 'autoscaling.knative.dev/target': '10' },
    containerConcurrency: 0,
    configMap: {},
  }).config;
  const shares = [
    { revision: 'shop-1', percent: 50, tag: null },
    { revision: 'shop-2', percent: 50, tag: null },
  ];
  recorder.report({ kind: 'traffic', shares, atMs: 0, serverAtMs: null });
  for (const revision of ['shop-1', 'shop-2']) recorder.pod({ ...pod(revision, 'ready', 0), revision });
  recorder.startAnnotator(onRps, 0);
  expect(recorder.isByRevision).toBe(true);
  /** The stable average of each revision at the ticks from then on, after `seconds` told by `tell`. */
  const averages = async (fromMs: number, tell: (atMs: number) => void): Promise<Record<string, number>> => {
    for (let atMs = fromMs + 1000; atMs <= fromMs + 70_000; atMs += 1000) {
      tell(atMs);
      while (recorder.nextTickMs <= atMs) recorder.tick(recorder.nextTickMs);
    }
    const { decisions } = await stored();
    return Object.fromEntries(
      decisions.flatMap(({ part }) =>
        part ? [[part.revision, Math.round(part.stableAverage ?? 0)] as const] : [],
      ),
    );
  };
  expect(await averages(0, (atMs) => recorder.requestRate(atMs, 40))).toEqual({ 'shop-1': 20, 'shop-2': 20 });
  expect(recorder.areRatesCounted).toBe(false);
  const counted = await averages(70_000, (atMs) => {
    recorder.gatewayRates(atMs, { 'shop-1': 30, 'shop-2': 10 });
    // What k6 says beside it counts nothing twice.
    recorder.requestRate(atMs + 300, 40);
  });
  expect(counted).toEqual({ 'shop-1': 30, 'shop-2': 10 });
  // A replay of one revision divides by them.
  const rates = (await stored()).reports!.filter(({ kind }) => kind === 'rates');
  expect(rates).toHaveLength(70);
  expect(rates[0]).toMatchObject({ atMs: 71_000, byRevision: { 'shop-1': 30, 'shop-2': 10 } });
  expect(await averages(140_000, (atMs) => recorder.requestRate(atMs, 40))).toEqual({
    'shop-1': 20,
    'shop-2': 20,
  });
});
