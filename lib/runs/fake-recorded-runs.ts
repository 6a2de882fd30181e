import { type Objective } from '@/lib/model/objective';
import { type Decision, type RecordingGap } from '@/lib/model/recording';
import { type RunSummary, type Service } from '@/lib/model/run';
import { type RunState } from '@/lib/model/life';
import { message } from '@/lib/model/message';
import { closeRun } from './close-run';
import { cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { type Store } from '@/lib/store/client';
import { makeColumns } from '@/lib/store/overview';
import {
  appendConcurrency,
  appendDecision,
  appendPodEvents,
  appendPoints,
  closeGap,
  ensureSeries,
  openGap,
} from '@/lib/store/recording';
import { insertRun, moveRun } from '@/lib/store/runs';
import { saveService } from '@/lib/store/services';

/** When a pod was made (absent: it was there), ready and told to end, in seconds. */
export interface FakePod {
  made?: number;
  ready: number | null;
  ending?: number;
}

/** A run as an expert thinks of it; for tests that judge it. Times in seconds unless named otherwise. */
export interface FakeRun {
  seconds?: number;
  /** In flight in the second that ends at it, and of these those that wait. */
  load?: (second: number) => number;
  waiting?: (second: number) => number;
  /** From when on so many pods were due. */
  due?: [atSecond: number, pods: number][];
  /** In place of these, decisions as they were. */
  decisions?: Omit<Decision, 'id'>[];
  pods?: FakePod[];
  tookMs?: (second: number) => number;
  requestsASecond?: number;
  failed?: number;
  thresholds?: { metric: string; source: string; ok: boolean }[];
  gaps?: Pick<RecordingGap, 'what' | 'fromMs' | 'toMs'>[];
  state?: RunState;
  objective?: Partial<Objective>;
}

const containerConcurrency = 5;
const nothingAsked: Objective = {
  slowerThanMs: null,
  slowShare: null,
  failedShare: null,
  overLimitMs: null,
  mostWaiting: null,
  coldStarts: null,
  incidentMs: null,
  lagMs: null,
  regression: false,
};

/** Stores such a run as its recorder would, and ends it as its life does. Its service is called as it is. */
export async function recordFakeRun(store: Store, name: string, run: FakeRun): Promise<string> {
  const {
    seconds = 30,
    load = () => 5,
    waiting = () => 0,
    due = [],
    decisions = due.map(([atSecond, replicas]) => decisionOn(atSecond, replicas)),
    pods = [{ ready: 0 }],
    tookMs = () => 30,
    requestsASecond = 100,
    failed = 0,
    thresholds = [],
    gaps = [],
    state = 'finished',
    objective,
  } = run;
  const service = await fakeService(store, name, objective ? { ...nothingAsked, ...objective } : null);
  const id = `run-${name.replaceAll(/\W+/g, '-')}`;
  await insertRun(store, {
    id,
    run: { name, service, scriptName: 's', scriptText: '', env: {}, options: {}, tags: [] },
    ingestSecretHash: '',
    createdAtMs: 1_000_000,
  });
  await moveRun(store, id, 'starting', { originMs: 1_000_000 });
  await moveRun(store, id, 'running', { loadStartMs: 0 });
  const ends = Array.from({ length: seconds }, (_, i) => i + 1);
  const series = {
    requests: await ensureSeries(store, id, {
      metric: 'http_reqs',
      type: 'counter',
      unit: 'none',
      tags: { status: '200' },
    }),
    took: await ensureSeries(store, id, {
      metric: 'http_req_duration',
      type: 'trend',
      unit: 'seconds',
      tags: { status: '200' },
    }),
  };
  await appendPoints(
    store,
    id,
    ends.flatMap((second) => [
      { seriesId: series.requests, atMs: second * 1000, value: requestsASecond, histogram: null },
      {
        seriesId: series.took,
        atMs: second * 1000,
        value: null,
        histogram: {
          schema: 3,
          zeroThreshold: 0,
          zeroCount: 0,
          count: requestsASecond,
          sum: (requestsASecond * tookMs(second)) / 1000,
          cells: [[cellIndexOf(3, tookMs(second) / 1000), requestsASecond]] as [number, number][],
        },
      },
    ]),
  );
  await appendPodEvents(store, id, podEventsOf(pods));
  for (const second of ends)
    await appendConcurrency(store, id, {
      atMs: second * 1000,
      source: 'gateway',
      active: load(second) - waiting(second),
      waiting: waiting(second),
      total: load(second),
      instant: false,
    });
  for (const decision of decisions) await appendDecision(store, id, decision);
  for (const { what, fromMs, toMs } of gaps) {
    const gap = await openGap(store, id, {
      what,
      fromMs,
      toMs: null,
      reason: message('gaps.connection-lost'),
    });
    if (toMs !== null) await closeGap(store, gap, toMs);
  }
  await makeColumns(store, id, 0);
  await moveRun(store, id, 'running', { loadEndMs: seconds * 1000 }).catch(() => undefined);
  await closeRun(store, id, seconds * 1000, {
    state,
    stateReason: state === 'finished' ? null : message('reasons.scaletrace-ended'),
    summary:
      state === 'interrupted'
        ? null
        : summaryOf(seconds * requestsASecond, failed, p95Of(ends.map(tookMs)), thresholds),
  });
  return id;
}

function fakeService(store: Store, name: string, objective: Objective | null): Promise<Service> {
  return saveService(
    store,
    {
      name,
      namespace: 'default',
      gatewayUrl: 'http://127.0.0.1:1',
      host: `${name}.example.com`,
      podSelector: '',
      containerConcurrency,
      annotations: {},
      gatewayMetricsUrl: null,
      gatewayCluster: null,
      kubeContext: null,
      concurrencyFrom: 'knative',
      origin: 'manual',
      objective,
    },
    1,
  );
}

function decisionOn(atSecond: number, replicas: number): Omit<Decision, 'id'> {
  const average = replicas * containerConcurrency;
  return {
    atMs: atSecond * 1000,
    valid: true,
    readyPods: 0,
    desiredPods: replicas,
    replicas,
    stableAverage: average,
    panicAverage: average,
    panicMode: false,
    boundBy: 'stable',
    reason: {
      target: containerConcurrency,
      metric: 'concurrency',
      stableWindowMs: 60_000,
      panicWindowMs: 6000,
      maxScale: 0,
      minScale: 0,
      scaleDownDelayMs: 0,
    },
  };
}

function podEventsOf(pods: readonly FakePod[]): Parameters<typeof appendPodEvents>[2] {
  const events = pods.flatMap(({ made, ready, ending }, i) => {
    const event = (
      second: number,
      type: 'LIST' | 'ADDED' | 'MODIFIED',
      phase: 'pending' | 'ready' | 'terminating',
    ) => ({
      atMs: second * 1000,
      serverAtMs: null,
      type,
      uid: `p${i}`,
      name: `p${i}`,
      revision: 'r',
      phase,
      reason: null,
      resourceVersion: '1',
    });
    return [
      ...(made === undefined ? [] : [event(made, 'ADDED' as const, 'pending' as const)]),
      ...(ready === null
        ? []
        : [event(ready, made === undefined ? ('LIST' as const) : ('MODIFIED' as const), 'ready' as const)]),
      ...(ending === undefined ? [] : [event(ending, 'MODIFIED' as const, 'terminating' as const)]),
    ];
  });
  return events.sort((a, b) => a.atMs - b.atMs);
}

/** Each second has as many requests as the others, all of them alike. */
function p95Of(took: readonly number[]): number {
  return took.toSorted((a, b) => a - b)[Math.floor(0.95 * took.length)]!;
}

function summaryOf(
  requests: number,
  failed: number,
  p95Ms: number,
  thresholds: NonNullable<FakeRun['thresholds']>,
): RunSummary {
  const of = (metric: string) =>
    thresholds.filter((one) => one.metric === metric).map(({ source, ok }) => ({ source, ok }));
  return {
    metrics: [
      {
        metric: 'http_reqs',
        type: 'counter',
        contains: 'default',
        values: { count: requests, rate: 100 },
        thresholds: of('http_reqs'),
      },
      {
        metric: 'http_req_failed',
        type: 'rate',
        contains: 'default',
        values: { rate: failed / requests, passes: failed, fails: requests - failed },
        thresholds: of('http_req_failed'),
      },
      {
        metric: 'http_req_duration',
        type: 'trend',
        contains: 'time',
        values: { 'p(95)': p95Ms },
        thresholds: of('http_req_duration'),
      },
    ],
    checks: [],
    groups: [],
    testRunDurationMs: 30_000,
  };
}
