import { describe, expect, test } from 'vitest';
import { MeasuredPods, resolveConfig } from '@/lib/autoscaling';
import { Annotator, type NewDecision } from './annotator';
import { type RevisionSettings, ServiceAnnotator, type ServiceAnnotatorOptions } from './service-annotator';

const originMs = 1_795_694_076_000;
const prefix = 'autoscaling.knative.dev';
const configOf = ({ annotations, containerConcurrency, reachable }: RevisionSettings) =>
  resolveConfig({ annotations, containerConcurrency, ...(reachable === null ? {} : { reachable }) }).config;
const settings = (revision: string, own: Record<string, string>, reachable = true): RevisionSettings => ({
  revision,
  annotations: Object.fromEntries(Object.entries(own).map(([name, value]) => [`${prefix}/${name}`, value])),
  containerConcurrency: 0,
  reachable,
});
const blue = settings('shop-blue', { target: '10', 'min-scale': '2' });
const green = settings('shop-green', { target: '10', 'min-scale': '1' });
const idle = (readyPods: number) => ({
  seconds: Array.from({ length: 60 }, (_, i) => ({
    atMs: originMs - 60_000 + i * 1000,
    value: 0,
    readyPods,
    from: 'before' as const,
  })),
  known: true,
});
const pod = (uid: string, revision: string, phase: 'pending' | 'ready' = 'ready') => ({
  uid,
  phase,
  revision,
});

function begin(own: Partial<ServiceAnnotatorOptions>): ServiceAnnotator {
  return new ServiceAnnotator({ config: configOf(blue), configOf, originMs, atMs: 0, pods: [], ...own });
}

/** Samples each second and ticks when they are due, up to `toMs`; `act` is called before each second. */
function drive(
  annotator: ServiceAnnotator,
  fromMs: number,
  toMs: number,
  sampleAt: (atMs: number) => { total: number; byRevision?: Record<string, number> },
): NewDecision[] {
  const decisions: NewDecision[] = [];
  for (let atMs = fromMs + 1000; atMs <= toMs; atMs += 1000) {
    decisions.push(...annotator.onSample({ atMs, ...sampleAt(atMs) }));
    while (annotator.nextTickMs <= atMs) decisions.push(...annotator.tick(annotator.nextTickMs));
  }
  return decisions;
}

describe('a 50/50 split of two revisions with different min-scale', () => {
  const pods = [
    pod('b1', 'shop-blue'),
    pod('b2', 'shop-blue'),
    pod('g1', 'shop-green'),
    pod('g2', 'shop-green'),
    pod('g3', 'shop-green'),
  ];
  const even = (total: number) => ({
    total,
    byRevision: { 'shop-blue': total / 2, 'shop-green': total / 2 },
  });

  test('each keeps its own least, and scales on its own requests', () => {
    const annotator = begin({
      pods,
      settings: [blue, green],
      byRevision: { 'shop-blue': 0, 'shop-green': 0 },
      pastOf: () => idle(2),
    });
    expect(annotator.isByRevision).toBe(true);
    const decisions = drive(annotator, 0, 180_000, () => even(12));
    const last = (revision: string) => decisions.findLast(({ part }) => part?.revision === revision)!;
    // 6 in flight each are one pod of 7: blue keeps 2 all the same.
    expect(last('shop-blue').part).toMatchObject({ replicas: 2, boundBy: 'min-scale' });
    expect(last('shop-green').part).toMatchObject({ replicas: 1 });
    expect(decisions.at(-1)).toMatchObject({ replicas: 3, stableAverage: 12 });
  });

  test('without a reading of each the service is taken as one, and the least counts for each', () => {
    const annotator = begin({ pods, settings: [blue, green], past: idle(5) });
    const decisions = drive(annotator, 0, 180_000, () => ({ total: 12 }));
    expect(annotator.isByRevision).toBe(false);
    expect(decisions.every(({ part }) => part === undefined)).toBe(true);
    expect(decisions.at(-1)!.replicas).toBe(4);
  });

  test('each ticks with its own pods', () => {
    const annotator = begin({
      pods,
      settings: [blue, green],
      byRevision: { 'shop-blue': 0, 'shop-green': 0 },
      pastOf: () => idle(2),
    });
    annotator.onPod({ ...pod('g4', 'shop-green', 'pending'), type: 'ADDED', atMs: 1300, serverAtMs: null });
    annotator.onPod({ ...pod('b3', 'shop-blue', 'pending'), type: 'ADDED', atMs: 1900, serverAtMs: null });
    const ticks = drive(annotator, 2000, 8000, () => even(0));
    const phasesOf = (revision: string) =>
      new Set(ticks.filter(({ part }) => part?.revision === revision).map(({ atMs }) => atMs % 2000));
    expect(phasesOf('shop-green')).toEqual(new Set([1300]));
    expect(phasesOf('shop-blue')).toEqual(new Set([1900]));
  });
});

test('one revision is calculated as ever, whatever its readings say of it', () => {
  const pods = [pod('b1', 'shop-blue'), pod('b2', 'shop-blue')];
  const alone = new Annotator(configOf(blue), originMs, 0, pods, idle(2));
  const expected: NewDecision[] = [];
  const load = (atMs: number): number => (atMs < 20_000 ? 50 : 4);
  for (let atMs = 1000; atMs <= 90_000; atMs += 1000) {
    alone.onSample({ atMs, total: load(atMs) });
    while (alone.nextTickMs <= atMs) expected.push(alone.tick(alone.nextTickMs));
  }
  const annotator = begin({ pods, past: idle(2), settings: [blue], byRevision: { 'shop-blue': 0 } });
  const decisions = drive(annotator, 0, 90_000, (atMs) => ({
    total: load(atMs),
    byRevision: { 'shop-blue': load(atMs), 'shop-green': 0 },
  }));
  expect(decisions).toEqual(expected);
});

test('a rollout in the middle: the new revision begins by itself, the old one goes by its own windows', () => {
  const annotator = begin({
    pods: [pod('b1', 'shop-blue'), pod('b2', 'shop-blue')],
    past: idle(2),
    settings: [blue],
    byRevision: { 'shop-blue': 0 },
  });
  const before = drive(annotator, 0, 20_000, () => ({ total: 14, byRevision: { 'shop-blue': 14 } }));
  expect(before.every(({ part }) => part === undefined)).toBe(true);
  annotator.onSettings(green);
  annotator.onPod({ ...pod('g1', 'shop-green', 'pending'), type: 'ADDED', atMs: 20_200, serverAtMs: null });
  expect(annotator.isByRevision).toBe(true);
  annotator.onPod({ ...pod('g1', 'shop-green'), type: 'MODIFIED', atMs: 22_000, serverAtMs: null });
  annotator.onSettings({ ...blue, reachable: false });
  const after = drive(annotator, 22_000, 120_000, () => ({
    total: 14,
    byRevision: { 'shop-blue': 0, 'shop-green': 14 },
  }));
  const of = (revision: string) => after.filter(({ part }) => part?.revision === revision);
  // 14 in flight are 2 pods of 7; nobody routes to blue, so that its least counts no more.
  expect(of('shop-green').at(-1)!.part!.replicas).toBe(2);
  const blueDown = of('shop-blue').findIndex(({ part }) => part!.replicas === 0);
  expect(blueDown).toBeGreaterThan(0);
  // It has been seen at 14 for 20 s: it does not go before these have left its window.
  expect(of('shop-blue')[blueDown]!.atMs).toBeGreaterThanOrEqual(80_000);
  expect(after.at(-1)!.replicas).toBe(2);
});

test('each revision of a service on rps is calculated by its part of the requests', () => {
  const onRps = (revision: string) => settings(revision, { metric: 'rps', target: '10', 'min-scale': '1' });
  const annotator = new ServiceAnnotator({
    config: configOf(onRps('shop-blue')),
    configOf,
    originMs,
    atMs: 0,
    pods: [pod('b1', 'shop-blue'), pod('g1', 'shop-green')],
    settings: [onRps('shop-blue'), onRps('shop-green')],
    pastOf: () => idle(1),
    byRevision: { 'shop-blue': 0.7, 'shop-green': 0.3 },
  });
  // What is in flight divides otherwise, and tells nothing of a rate.
  const decisions: NewDecision[] = [];
  for (let atMs = 1000; atMs <= 70_000; atMs += 1000) {
    annotator.onReading({ atMs: atMs - 500, total: 40, byRevision: { 'shop-blue': 1, 'shop-green': 39 } });
    decisions.push(
      ...drive(annotator, atMs - 1000, atMs, () => ({
        total: 100,
        byRevision: { 'shop-blue': 70, 'shop-green': 30 },
      })),
    );
  }
  expect(annotator.isByRevision).toBe(true);
  const last = (revision: string) => decisions.findLast(({ part }) => part?.revision === revision)!.part!;
  // 70 % utilization of 10 requests/s a pod.
  expect([last('shop-blue').desiredPods, last('shop-green').desiredPods]).toEqual([
    Math.ceil(70 / 7),
    Math.ceil(30 / 7),
  ]);
});

test('an hpa on CPU sees the pods of its own revision only', () => {
  const onCpu = (revision: string) =>
    settings(revision, { class: `hpa.${prefix}`, metric: 'cpu', target: '50' });
  const measured = new MeasuredPods();
  const [usedBy, pods] = [{ b1: 100, g1: 10 }, [pod('b1', 'shop-blue'), pod('g1', 'shop-green')]] as const;
  for (const { uid, revision } of pods) {
    measured.onPod({ uid, name: uid, phase: 'ready', revision, atMs: -600_000, serverAtMs: null });
    measured.onUsage([
      {
        pod: uid,
        revision,
        sampledAtMs: 0,
        windowMs: 15_000,
        cpuMilli: usedBy[uid as keyof typeof usedBy],
        memoryBytes: 0,
        cpuRequestMilli: 100,
        memoryRequestBytes: null,
        noCpuRequest: null,
        startedAtMs: -600_000,
      },
    ]);
  }
  const annotator = new ServiceAnnotator({
    config: configOf(onCpu('shop-blue')),
    configOf,
    originMs,
    atMs: 0,
    pods: [...pods],
    settings: [onCpu('shop-blue'), onCpu('shop-green')],
    measured,
  });
  const decisions = drive(annotator, 0, 20_000, () => ({ total: 5 }));
  const last = (revision: string) => decisions.findLast(({ part }) => part?.revision === revision)!.part!;
  // 100 % of the request against 50: two pods; 10 %: one.
  expect([last('shop-blue').replicas, last('shop-green').replicas]).toEqual([2, 1]);
});
