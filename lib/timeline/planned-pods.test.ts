import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resolveConfig } from '@/lib/autoscaling';
import { podsForLoad } from '@/lib/autoscaling/pods-for-load';
import { plannedLoad, sidesAt } from './planned-load';
import { mostTogether, plannedPods, shortOfUsers, timesOf } from './planned-pods';

const seconds = (most: number) => fc.integer({ min: 0, max: most });
const stage = fc.record({ duration: seconds(20), target: fc.nat(60) });
const startTime = seconds(30);
const grace = seconds(30);

/** A scenario as k6 inspects it, by whole seconds. */
const anyScenario = fc.oneof(
  fc.record({
    executor: fc.constant('constant-vus'),
    vus: fc.integer({ min: 1, max: 50 }),
    duration: seconds(40),
    startTime,
    grace,
  }),
  fc.record({
    executor: fc.constant('ramping-vus'),
    startVUs: fc.nat(30),
    stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
    startTime,
    grace,
  }),
  fc.record({
    executor: fc.constant('constant-arrival-rate'),
    rate: fc.integer({ min: 1, max: 900 }),
    timeUnit: fc.constantFrom(1, 10, 60),
    duration: seconds(40),
    preAllocatedVUs: fc.nat(20),
    maxVUs: fc.option(fc.integer({ min: 20, max: 80 })),
    startTime,
    grace,
  }),
  fc.record({
    executor: fc.constant('ramping-arrival-rate'),
    startRate: fc.nat(60),
    timeUnit: fc.constantFrom(1, 10),
    stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
    preAllocatedVUs: fc.integer({ min: 1, max: 40 }),
    startTime,
    grace,
  }),
);
type Scenario = typeof anyScenario extends fc.Arbitrary<infer T> ? T : never;

/** As k6 writes it: durations with their unit. */
const written = ({ grace: gracefulStop, ...scenario }: Scenario) =>
  Object.fromEntries(
    Object.entries({ ...scenario, gracefulStop }).map(([name, value]) => [
      name,
      name === 'stages'
        ? (value as { duration: number; target: number }[]).map((one) => ({
            ...one,
            duration: `${one.duration}s`,
          }))
        : /^(duration|startTime|timeUnit|gracefulStop)$/.test(name)
          ? `${value as number}s`
          : value,
    ]),
  );
const lengthS = (one: Scenario): number =>
  'stages' in one ? one.stages.reduce((sum, { duration }) => sum + duration, 0) : one.duration;

/** What a scenario asks for at a moment within a second, not at the edge of one: users, or iterations a second. */
function askedAt(one: Scenario, atS: number): number {
  let left = atS - one.startTime;
  if (left < 0 || left > lengthS(one)) return 0;
  if ('vus' in one) return one.vus;
  if ('rate' in one) return one.rate / one.timeUnit;
  let from = 'startVUs' in one ? one.startVUs : one.startRate;
  const unit = 'timeUnit' in one ? one.timeUnit : 1;
  for (const { duration, target } of one.stages) {
    if (left < duration) return (from + ((target - from) * left) / duration) / unit;
    left -= duration;
    from = target;
  }
  return 0;
}
const usersOf = (one: Scenario): number =>
  'vus' in one
    ? one.vus
    : 'startVUs' in one
      ? Math.max(one.startVUs, ...one.stages.map(({ target }) => target))
      : (('maxVUs' in one ? one.maxVUs : null) ?? one.preAllocatedVUs);
const isUsers = (one: Scenario): boolean => one.executor.endsWith('vus');

const config = resolveConfig({
  annotations: { 'autoscaling.knative.dev/target-utilization-percentage': '100' },
  containerConcurrency: 5,
}).config;
/** Moments within each second, and beside its edges: at one itself a line may jump. */
const momentsOf = (all: readonly Scenario[]): number[] =>
  Array.from({ length: 1 + Math.max(...all.map((one) => one.startTime + lengthS(one))) }, (_, i) => [
    i + 1e-9,
    i + 0.37,
    i + 1 - 1e-9,
  ]).flat();

it('a planned load and its pods are what its scenarios ask for at each moment, together', () => {
  fc.assert(
    fc.property(
      fc.array(anyScenario, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 20, max: 4000 }),
      (all, requestMs) => {
        const named = Object.fromEntries(all.map((one, i) => [`s${i}`, written(one)]));
        const load = plannedLoad({ scenarios: named }, requestMs)!;
        const plannedOf = (i: number) => load.scenarios.find(({ name }) => name === `s${i}`)!;
        expect(load.endMs).toBe(Math.max(...all.map((one) => (one.startTime + lengthS(one)) * 1000)));
        expect(load.latestEndMs).toBe(
          Math.max(...all.map((one) => (one.startTime + lengthS(one) + one.grace) * 1000)),
        );
        const inFlightAt = (atS: number): number =>
          all.reduce(
            (sum, one) =>
              sum +
              (isUsers(one)
                ? askedAt(one, atS)
                : Math.min(usersOf(one), (askedAt(one, atS) * requestMs) / 1000)),
            0,
          );
        const pods = plannedPods(load, config, requestMs);
        if (typeof pods === 'string') throw new Error(pods);
        const mostSeen = { users: 0, arrivals: 0 };
        // Told together: a case has thousands of moments.
        const wrong: unknown[] = [];
        const hold = (is: boolean, ...what: unknown[]): void => void (is || wrong.push(what));
        for (const atS of momentsOf(all)) {
          for (const [i, one] of all.entries()) {
            const { before, after } = sidesAt(plannedOf(i).corners, atS * 1000);
            hold(before === after && Math.abs(before - askedAt(one, atS)) < 1e-6, 'asked', i, atS, before);
          }
          for (const drives of ['users', 'arrivals'] as const) {
            const own = all.filter((one) => isUsers(one) === (drives === 'users'));
            const together = own.reduce((sum, one) => sum + askedAt(one, atS), 0);
            mostSeen[drives] = Math.max(mostSeen[drives], together);
          }
        }
        // Just behind each time for which pods are told, since there a line may jump.
        const times = timesOf(load);
        for (const [i, fromMs] of times.entries()) {
          const toMs = times[i + 1];
          if (toMs === undefined || toMs - fromMs < 1e-3) continue;
          const at = inFlightAt((fromMs + (toMs - fromMs) * 1e-6) / 1000);
          const inForce = pods.steps.findLast(({ atMs }) => atMs <= fromMs)!;
          hold(
            inForce.pods >= podsForLoad(config, at - 1e-3) && inForce.pods <= podsForLoad(config, at + 1e-3),
            'pods',
            fromMs,
            at,
            inForce,
          );
          hold(pods.peak.load >= at - 1e-3, 'peak', fromMs, at, pods.peak);
        }
        expect(wrong).toEqual([]);
        for (const drives of ['users', 'arrivals'] as const)
          expect(mostTogether(load, drives)).toBeCloseTo(mostSeen[drives], 5);
        for (const [i, one] of all.entries()) expect(plannedOf(i).mostUsers).toBe(usersOf(one));
        expect(pods.peak.pods).toBe(podsForLoad(config, pods.peak.load));
        // Arrivals that come evenly, at the most that there are: how many are under way when the next one comes.
        const short = all.flatMap((one, i) => {
          if (isUsers(one)) return [];
          const rate = plannedOf(i).corners.reduce((most, { value }) => Math.max(most, value), 0);
          let underWay = 0;
          while (rate > 0 && (underWay * 1000) / rate < requestMs - 1e-6) underWay++;
          return underWay > usersOf(one) ? [[`s${i}`, underWay]] : [];
        });
        expect(shortOfUsers(load, requestMs).map(({ name, needed }) => [name, needed])).toEqual(
          expect.arrayContaining(short),
        );
        expect(shortOfUsers(load, requestMs)).toHaveLength(short.length);
      },
    ),
  );
});

it('iterations have ended when each user has done the last one that it took', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 10, max: 900 }),
      fc.integer({ min: 1, max: 60 }),
      fc.boolean(),
      (vus, iterations, requestMs, maxS, isShared) => {
        const free = Array.from({ length: vus }, () => 0);
        for (let i = 0; i < iterations * (isShared ? 1 : vus); i++) {
          // Who is free first takes the next one.
          const user = free.indexOf(Math.min(...free));
          free[user]! += requestMs;
        }
        const executor = isShared ? 'shared-iterations' : 'per-vu-iterations';
        const load = plannedLoad(
          { scenarios: { s: { executor, vus, iterations, maxDuration: `${maxS}s` } } },
          requestMs,
        )!;
        expect(load.endMs).toBe(Math.min(maxS * 1000, Math.max(...free)));
      },
    ),
  );
});
