import { expect, test } from 'vitest';
import { resolveConfig } from '@/lib/autoscaling';
import { plannedLoad, sidesAt } from './planned-load';
import { mostTogether, plannedPods, shortOfUsers } from './planned-pods';

const group = 'autoscaling.knative.dev';
const configOf = (annotations: Record<string, string>) =>
  resolveConfig({
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`${group}/${key}`, value]),
    ),
    containerConcurrency: 5,
  }).config;
const loadOf = (scenarios: Record<string, unknown>, requestMs: number | null = null) =>
  plannedLoad({ scenarios }, requestMs)!;

const users = { executor: 'constant-vus', vus: 50, duration: '20s' };
const rate = {
  executor: 'constant-arrival-rate',
  rate: 600,
  timeUnit: '1m',
  duration: '10s',
  startTime: '5s',
  preAllocatedVUs: 4,
  maxVUs: 20,
};

test('a ramp goes in straight lines and jumps where a stage takes no time', () => {
  const stages = [
    { duration: '10s', target: 20 },
    { duration: '0s', target: 5 },
    { duration: '1m30s', target: 5 },
  ];
  const load = loadOf({ ramp: { executor: 'ramping-vus', startVUs: 10, stages, startTime: '1s' } });
  const [{ corners } = { corners: [] }] = load.scenarios;
  expect(sidesAt(corners, 999)).toEqual({ before: 0, after: 0 });
  expect(sidesAt(corners, 1000)).toEqual({ before: 0, after: 10 });
  expect(sidesAt(corners, 6000)).toEqual({ before: 15, after: 15 });
  expect(sidesAt(corners, 11_000)).toEqual({ before: 20, after: 5 });
  expect(sidesAt(corners, load.endMs)).toEqual({ before: 5, after: 0 });
  expect(load.endMs).toBe(101_000);
});

test('iterations end when they are done, or at maxDuration where that is sooner or not known', () => {
  const shared = { executor: 'shared-iterations', vus: 10, iterations: 105, maxDuration: '2s' };
  expect(loadOf({ shared }, 100).endMs).toBe(1100);
  expect(loadOf({ shared }, 1000).endMs).toBe(2000);
  expect(loadOf({ shared }).endMs).toBe(2000);
  expect(loadOf({ each: { ...shared, executor: 'per-vu-iterations', iterations: 3 } }, 100).endMs).toBe(300);
});

test('what somebody ends lasts as long as the rest', () => {
  const load = loadOf({
    users,
    hand: { executor: 'externally-controlled', vus: 2, maxVUs: 9, duration: '0s' },
  });
  expect(load.latestEndMs).toBeNull();
  expect(load.scenarios.find(({ name }) => name === 'hand')).toMatchObject({
    mostUsers: 9,
    latestEndMs: null,
  });
  expect(load.endMs).toBe(60_000);
});

test('an executor that is not known here is not guessed at', () => {
  expect(plannedLoad({ scenarios: { x: { executor: 'of-an-extension' } } }, null)).toBeNull();
  expect(plannedLoad({}, null)).toBeNull();
});

test('pods are what users and arrivals have in flight together, over what a pod should have', () => {
  const load = loadOf({ users, rate }, 500);
  const pods = plannedPods(
    load,
    configOf({ 'target-utilization-percentage': '100', 'max-scale': '10' }),
    500,
  );
  // 50 users, and from 5 s to 15 s ten arrivals a second of half a second each.
  expect(pods).toMatchObject({
    metric: 'concurrency',
    target: 5,
    allowed: 10,
    peak: { atMs: 5000, load: 55, pods: 11 },
    steps: [
      { atMs: 0, pods: 10 },
      { atMs: 5000, pods: 11 },
      { atMs: 15_000, pods: 10 },
      { atMs: 20_000, pods: 0 },
    ],
  });
});

test('scenarios of a kind are added where they go at the same time', () => {
  const later = { ...users, vus: 30, startTime: '20s' };
  expect(mostTogether(loadOf({ users, later }), 'users')).toBe(50);
  expect(mostTogether(loadOf({ users, later: { ...later, startTime: '19s' } }), 'users')).toBe(80);
  expect(mostTogether(loadOf({ users }), 'arrivals')).toBe(0);
});

test('arrivals have no more in flight than there are users, and those that find none are told', () => {
  const load = loadOf({ rate }, 5000);
  expect(plannedPods(load, configOf({}), 5000)).toMatchObject({ peak: { load: 20 } });
  expect(shortOfUsers(load, 5000)).toEqual([{ name: 'rate', needed: 50, mostUsers: 20 }]);
  expect(shortOfUsers(load, 500)).toEqual([]);
});

test('a service on requests a second has arrivals as they are, and of users what they can make', () => {
  const config = configOf({ metric: 'rps', target: '100' });
  expect(plannedPods(loadOf({ rate }), config, null)).toMatchObject({ metric: 'rps', peak: { load: 10 } });
  expect(plannedPods(loadOf({ users }), config, null)).toBe('no-duration');
  expect(plannedPods(loadOf({ users }), config, 100)).toMatchObject({ peak: { load: 500 } });
});

test('what depends on how long a request takes, or on what pods use, is not told without', () => {
  expect(plannedPods(loadOf({ rate }), configOf({}), null)).toBe('no-duration');
  expect(plannedPods(loadOf({ users }), configOf({}), null)).toMatchObject({ peak: { load: 50 } });
  const cpu = configOf({ class: `hpa.${group}`, metric: 'cpu', target: '80' });
  expect(plannedPods(loadOf({ users }), cpu, 100)).toBe('usage');
});
