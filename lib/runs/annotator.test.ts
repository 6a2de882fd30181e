import { describe, expect, test } from 'vitest';
import { MeasuredPods, resolveConfig } from '@/lib/autoscaling';
import { type PodUsage } from '@/lib/model/cluster-report';
import { type PodPhase } from '@/lib/model/recording';
import { Annotator } from './annotator';

const { config } = resolveConfig({
  annotations: { 'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev' },
  containerConcurrency: 5,
});
const originMs = 1_795_694_076_000;
const pods = (count: number, phase: PodPhase = 'ready') =>
  Array.from({ length: count }, (_, i) => ({ uid: `${i}`, phase }));

/** Decisions every two seconds over a steady load; `act` is called before each. */
function decide(
  annotator: Annotator,
  total: number,
  untilMs: number,
  act: (atMs: number) => void = () => undefined,
): { atMs: number; replicas: number; panicMode: boolean }[] {
  const decisions = [];
  for (let atMs = 1000; atMs <= untilMs; atMs += 1000) {
    annotator.onSample({ atMs, total });
    if (atMs % 2000 !== 0) continue;
    act(atMs);
    const { replicas, panicMode } = annotator.tick(atMs);
    decisions.push({ atMs, replicas, panicMode });
  }
  return decisions;
}

describe('a run that begins over several pods', () => {
  test('holds them for a stable window while the cluster does', () => {
    const decisions = decide(new Annotator(config, originMs, 0, pods(4)), 2, 80_000);
    expect(
      decisions
        .filter(({ atMs }) => atMs <= 60_000)
        .every(({ replicas, panicMode }) => replicas === 4 && panicMode),
    ).toBe(true);
    expect(decisions.at(-1)).toMatchObject({ replicas: 2, panicMode: false });
  });

  test('holds them no longer once the cluster takes one away, and knows the load since its beginning', () => {
    const annotator = new Annotator(config, originMs, 0, pods(4));
    const decisions = decide(annotator, 9, 20_000, (atMs) => {
      if (atMs === 10_000) annotator.onPod({ uid: '3', phase: 'terminating' });
    });
    expect(decisions.filter(({ atMs }) => atMs < 10_000).map(({ replicas }) => replicas)).toEqual([
      4, 4, 4, 4,
    ]);
    expect(
      decisions
        .filter(({ atMs }) => atMs >= 10_000)
        .every(({ replicas, panicMode }) => replicas === 2 && !panicMode),
    ).toBe(true);
  });

  test('a panic of its own is no protection: it lasts whatever the cluster does', () => {
    const annotator = new Annotator(config, originMs, 0, pods(2));
    const decisions = decide(annotator, 40, 20_000, (atMs) => {
      if (atMs === 10_000) annotator.onPod({ uid: '1', phase: 'terminating' });
    });
    expect(decisions.every(({ replicas, panicMode }) => replicas === 8 && panicMode)).toBe(true);
  });
});

const kpa = resolveConfig({
  annotations: { 'autoscaling.knative.dev/min-scale': '0' },
  containerConcurrency: 5,
  configMap: { 'allow-zero-initial-scale': 'true', 'initial-scale': '0' },
}).config;
const idle = (readyPods: number) => ({
  seconds: Array.from({ length: 60 }, (_, i) => ({
    atMs: originMs - 60_000 + i * 1000,
    value: 0,
    readyPods,
    from: 'idle' as const,
  })),
  known: false,
});

describe('under KPA', () => {
  test('from zero the activator tells of one request at once; the rest follows with its second, decided at a tick', () => {
    const annotator = new Annotator(kpa, originMs, 0, []);
    expect(annotator.onReading({ atMs: 300, total: 50 })?.replicas).toBe(1);
    expect(annotator.onReading({ atMs: 400, total: 50 })).toBeNull();
    expect(annotator.onSample({ atMs: 500, total: 20 })).toBeNull();
    annotator.onPod({ uid: 'a', phase: 'ready' });
    annotator.onSample({ atMs: 1500, total: 50 });
    // Buckets 0 (1 and 49) and 1 (50): 50 in flight, 3.5 a pod.
    expect(annotator.tick(2000)).toMatchObject({ replicas: 15, panicAverage: 50 });
  });

  test('a burst on a warm, idle pod fills a window that holds the zeros before it', () => {
    const annotator = new Annotator(kpa, originMs, 0, pods(1), idle(1));
    annotator.onReading({ atMs: 100, total: 50 });
    annotator.onSample({ atMs: 500, total: 20 });
    annotator.onSample({ atMs: 1500, total: 50 });
    const { panicAverage, stableAverage } = annotator.tick(2000);
    expect(panicAverage).toBeLessThan(50 / 2);
    expect(stableAverage).toBeLessThan(panicAverage!);
    const unaware = new Annotator(kpa, originMs, 0, pods(1));
    unaware.onSample({ atMs: 500, total: 20 });
    unaware.onSample({ atMs: 1500, total: 50 });
    expect(unaware.tick(2000).panicAverage).toBeGreaterThan(panicAverage!);
  });

  test('pods that min-scale keeps are no sign of a load before', () => {
    const { config: warm } = resolveConfig({
      annotations: { 'autoscaling.knative.dev/min-scale': '4' },
      containerConcurrency: 5,
    });
    const annotator = new Annotator(warm, originMs, 0, pods(4), idle(4));
    expect(decide(annotator, 2, 4000).every(({ panicMode }) => !panicMode)).toBe(true);
  });
});

describe('under KPA that reads the gateway', () => {
  const alike = (from: 'knative' | 'gateway') =>
    new Annotator(
      resolveConfig({ annotations: {}, containerConcurrency: 5, concurrencyFrom: from }).config,
      originMs,
      0,
      [],
    );

  test('what is in flight there is decided on at once, and again while it grows', () => {
    const annotator = alike('gateway');
    // 3.5 a pod: Knative's own target utilization stays.
    expect(annotator.onReading({ atMs: 300, total: 20 })?.replicas).toBe(6);
    expect(annotator.onReading({ atMs: 400, total: 50 })?.replicas).toBe(15);
    expect(alike('knative').onReading({ atMs: 300, total: 20 })?.replicas).toBe(1);
  });
});

describe('a run after another', () => {
  const before = (value: number, readyPods: number) =>
    Array.from({ length: 60 }, (_, i) => ({
      ...{ atMs: originMs - 60_000 + i * 1000, value, readyPods },
      from: 'before' as const,
    }));

  test('holds no pod for want of knowing, and scales down from what the window holds', () => {
    const past = { seconds: before(12, 4), known: true };
    const decisions = decide(new Annotator(kpa, originMs, 0, pods(4), past), 0, 62_000);
    expect(decisions[0]).toMatchObject({ replicas: 4, panicMode: false });
    const first = decisions.find(({ replicas }) => replicas < 4)!;
    // 12 in flight is 4 pods of 3.5; 10.5 are 3, once 8 of the 60 s are zeros.
    expect(first).toMatchObject({ replicas: 3, atMs: 8000 });
  });

  test('a panic of the run before goes on into this one', () => {
    const past = { seconds: [...before(0, 1).slice(0, 50), ...before(50, 4).slice(50)], known: true };
    const annotator = new Annotator(kpa, originMs, 0, pods(4), past);
    annotator.onSample({ atMs: 500, total: 1 });
    expect(annotator.tick(2000)).toMatchObject({ panicMode: true, replicas: 15 });
  });
});

test('ticks with the cluster, once its pods have shown when it decides', () => {
  const annotator = new Annotator(kpa, originMs, 0, pods(1), idle(1));
  annotator.tick(2000);
  expect(annotator.nextTickMs).toBe(4000);
  const change = { type: 'ADDED', serverAtMs: null } as const;
  annotator.onPod({ ...change, uid: 'late', phase: 'pending', atMs: 2950, serverAtMs: 100 });
  annotator.onPod({ ...change, type: 'LIST', uid: 'old', phase: 'pending', atMs: 2950 });
  expect(annotator.nextTickMs).toBe(4000);
  annotator.onPod({ ...change, uid: 'new', phase: 'pending', atMs: 3300 });
  expect(annotator.nextTickMs).toBe(3300);
  annotator.tick(3300);
  expect(annotator.nextTickMs).toBe(5300);
});

// knative/serving#14184: min-scale 2 on both of two revisions that share the traffic.
test('counts min-scale for each revision that has ready pods', () => {
  const { config: split } = resolveConfig({
    annotations: {
      'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/target': '10',
      'autoscaling.knative.dev/min-scale': '2',
    },
    containerConcurrency: 0,
  });
  const both = pods(4).map((pod, i) => ({ ...pod, revision: i < 2 ? 'shop-blue' : 'shop-green' }));
  const annotator = new Annotator(split, originMs, 0, both);
  expect(decide(annotator, 12, 180_000).every(({ replicas }) => replicas === 4)).toBe(true);
  for (const uid of ['0', '1']) annotator.onPod({ uid, phase: 'terminating' });
  annotator.onSample({ atMs: 181_000, total: 12 });
  expect(annotator.tick(182_000).replicas).toBe(2);
});

describe('the initial scale', () => {
  const group = 'autoscaling.knative.dev';
  const scaled = (minScale: number, initialScale: number) =>
    resolveConfig({
      annotations: {
        [`${group}/class`]: `kpa.${group}`,
        [`${group}/target`]: '10',
        [`${group}/min-scale`]: `${minScale}`,
        [`${group}/initial-scale`]: `${initialScale}`,
      },
      containerConcurrency: 0,
    }).config;

  test.each([
    [3, 5],
    [3, 2],
    [1, 5],
  ])(
    'of a revision that was serving before has been had: min-scale %i, initial-scale %i',
    (least, initial) => {
      const decisions = decide(new Annotator(scaled(least, initial), originMs, 0, pods(least)), 2, 20_000);
      expect(decisions.map(({ replicas }) => replicas)).toEqual(decisions.map(() => least));
    },
  );

  test('is waited for by one whose first pods are on their way, and no longer once they were ready', () => {
    const annotator = new Annotator(scaled(3, 5), originMs, 0, pods(5, 'starting'));
    const decisions = decide(annotator, 2, 20_000, (atMs) => {
      if (atMs === 10_000) for (let i = 0; i < 5; i++) annotator.onPod({ uid: `${i}`, phase: 'ready' });
    });
    expect(decisions.filter(({ atMs }) => atMs < 10_000).map(({ replicas }) => replicas)).toEqual([
      5, 5, 5, 5,
    ]);
    expect(decisions.at(-1)?.replicas).toBe(3);
  });
});

describe('an hpa, whose syncs nobody knows before one is seen', () => {
  const hpa = resolveConfig({
    annotations: {
      'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/metric': 'cpu',
      'autoscaling.knative.dev/target': '60',
    },
    containerConcurrency: 0,
  }).config;
  const revision = 'shop-00001';
  const podAt = (name: string, atMs: number, phase: PodPhase) => ({
    uid: name,
    name,
    phase,
    revision,
    atMs,
    serverAtMs: atMs,
  });
  const usage = (sampledAtMs: number, cpuMilli: number): PodUsage => ({
    pod: 'first',
    revision,
    sampledAtMs,
    windowMs: 15_000,
    cpuMilli,
    memoryBytes: null,
    cpuRequestMilli: 100,
    memoryRequestBytes: null,
    noCpuRequest: null,
    startedAtMs: -60_000,
  });
  /** One pod, idle when it was last sampled; at second 7 two more are made. */
  function runOf(): { annotator: Annotator; measured: MeasuredPods } {
    const measured = new MeasuredPods();
    measured.onPod(podAt('first', -60_000, 'ready'));
    measured.onUsage([usage(-10_000, 0)]);
    const annotator = new Annotator(
      hpa,
      originMs,
      0,
      [{ uid: 'first', phase: 'ready' }],
      undefined,
      measured,
    );
    for (const name of ['second', 'third']) {
      measured.onPod(podAt(name, 6950, 'pending'));
      annotator.onPod({ uid: name, phase: 'pending', type: 'ADDED', atMs: 6950, serverAtMs: null });
    }
    return { annotator, measured };
  }

  test('calculates what the first one did from the pods before it, once what it saw of them is read', () => {
    const { annotator, measured } = runOf();
    annotator.onSync(7000, 1);
    expect(annotator.nextTickMs).toBe(21_450);
    measured.onUsage([usage(4300, 137)]);
    expect(annotator.onUsage()).toMatchObject({ valid: true, atMs: 6500, replicas: 3, stableAverage: 137 });
    expect(annotator.onUsage()).toBeNull();
  });

  test('by what was sampled before it alone', () => {
    const { annotator, measured } = runOf();
    annotator.onSync(7000, 1);
    measured.onUsage([usage(8000, 300)]);
    expect(annotator.onUsage()).toMatchObject({ replicas: 1, stableAverage: 0 });
  });

  test('says that it had nothing to calculate by where nothing has been read of its pods', () => {
    const measured = new MeasuredPods();
    measured.onPod(podAt('first', -60_000, 'ready'));
    const pods = [{ uid: 'first', phase: 'ready' as const }];
    const annotator = new Annotator(hpa, originMs, 0, pods, undefined, measured);
    expect(annotator.onSync(7000, 1)).toMatchObject({ valid: false, atMs: 6500 });
    measured.onUsage([usage(4300, 137)]);
    expect(annotator.onUsage()).toMatchObject({ valid: true, atMs: 6500 });
  });

  test('not where a tick of its own was before', () => {
    const { annotator, measured } = runOf();
    annotator.tick(6800);
    annotator.onSync(7000, 1);
    measured.onUsage([usage(4300, 137)]);
    expect(annotator.onUsage()).toBeNull();
  });
});
