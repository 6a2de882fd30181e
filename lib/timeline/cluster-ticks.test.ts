import { expect, it } from 'vitest';
import { type ClusterReport } from '@/lib/model/cluster-report';
import { type Decision } from '@/lib/model/recording';
import { onClusterTicks } from './cluster-ticks';

const decision = (atMs: number, replicas: number, scaling = 'kpa'): Decision => ({
  id: atMs,
  atMs,
  valid: true,
  readyPods: 1,
  desiredPods: replicas,
  replicas,
  stableAverage: null,
  panicAverage: null,
  panicMode: false,
  boundBy: 'stable',
  reason: { class: scaling },
});
const steps = (...all: [atMs: number, pods: number][]): { atMs: number; pods: number }[] =>
  all.map(([atMs, pods]) => ({ atMs, pods }));
const syncs = (...atMs: number[]): ClusterReport[] =>
  atMs.map((one, i) => ({
    id: i + 1,
    kind: 'scale',
    source: 'hpa',
    revision: 'r',
    desired: 1,
    actual: null,
    reason: null,
    atMs: one,
    serverAtMs: null,
  }));
const times = (all: readonly Decision[]): number[] => all.map(({ atMs }) => atMs);

// Times of runs on a real Knative, on the load's clock.
it('makes due at the cluster’s first tick what was calculated before it could be known', () => {
  const real = steps([0, 1], [3060, 6], [5130, 12]);
  expect(times(onClusterTicks([decision(2020, 3), decision(3270, 7)], 1, [], real))).toEqual([3060, 3270]);
  // The tick of 1180 was seen too late for the one of 2000.
  const early = steps([0, 1], [1180, 2], [3190, 6]);
  expect(times(onClusterTicks([decision(2000, 4), decision(3410, 7)], 1, [], early))).toEqual([3180, 3410]);
});

it('puts off nothing by more than a tick, so that a cluster which decides late is late', () => {
  const late = steps([0, 1], [10_900, 9]);
  expect(times(onClusterTicks([decision(2000, 9), decision(4000, 9)], 1, [], late))).toEqual([2900, 4900]);
});

it('leaves what the cluster’s tick shows within half a second, and all that comes once one was seen', () => {
  const real = steps([0, 1], [2460, 14], [4650, 15]);
  const own = [decision(2000, 15), decision(5400, 15)];
  expect(onClusterTicks(own, 1, [], real)).toEqual(own);
  expect(onClusterTicks(own, 1, [], [])).toEqual(own);
});

it('leaves what met no pod: that is decided on at once', () => {
  const real = steps([0, 0], [1450, 1], [3450, 15]);
  expect(times(onClusterTicks([decision(380, 1), decision(2000, 15)], 0, [], real))).toEqual([380, 3450]);
});

it('makes due at an HPA’s sync what was calculated before it, the first time and later', () => {
  const [found, ...seen] = [-1580, 23_160, 38_180, 53_210];
  const own = [15_001, 23_162, 38_075, 52_681].map((atMs, i) => decision(atMs, [4, 4, 4, 5][i]!, 'hpa'));
  const real = steps([found, 1], [23_030, 4], [53_200, 5]);
  expect(times(onClusterTicks(own, 1, syncs(found, ...seen), real))).toEqual([
    23_030, 23_162, 38_160, 53_180,
  ]);
});
