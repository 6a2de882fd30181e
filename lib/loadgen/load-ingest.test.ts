import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIngest, type IngestedPoint } from './ingest';
import { createLoadIngest, senderOf } from './load-ingest';
import { RecordedBefore } from './recorded-before';
import { madeDurations, madePush, madeRequests, type MadeSeries } from './made-push';
import { InvalidPush } from './remote-write';

const vus = (value: number): MadeSeries => ({ labels: { __name__: 'k6_vus' }, value });
const valueOf = (points: readonly IngestedPoint[], metric: string): number | null | undefined => {
  const point = points.find((one) => one.metric === metric);
  return point?.histogram?.count ?? point?.value;
};

it('gives of one runner what its own ingest gives', () => {
  const [load, alone] = [createLoadIngest(), createIngest()];
  for (const [i, total] of [10, 17, 17, 40].entries()) {
    const body = madePush([madeRequests(total), madeDurations(total, total), vus(i)]);
    expect(load.push(body, i * 1000, null).second?.points).toEqual(alone.push(body, i * 1000));
  }
  expect(Object.fromEntries(load.totals)).toEqual(Object.fromEntries(alone.totals));
  expect(load.finish()).toBeNull();
});

it('puts a second together once every runner has told of it', () => {
  const load = createLoadIngest({ runners: 3, leftOut: ['instance_id'] });
  const from = (runner: number, total: number) =>
    madePush([
      madeRequests(total, { status: '200', instance_id: `${runner}` }),
      madeDurations(total, total),
      vus(runner),
    ]);
  expect(load.push(from(1, 10), 100, { runner: 1 }).second).toBeNull();
  expect(load.push(from(3, 30), 300, { runner: 3 }).second).toBeNull();
  const { second } = load.push(from(2, 20), 600, { runner: 2 });
  expect(second).toMatchObject({ atMs: 600, lengthMs: null, without: [] });
  expect(
    second?.points.map(({ metric, tags, value, histogram }) => [metric, tags, value, histogram?.count]),
  ).toEqual([
    ['http_reqs', { status: '200' }, 60, undefined],
    ['http_req_duration', { status: '200' }, null, 60],
    ['vus', {}, 6, undefined],
  ]);
  // What is told twice in a second is in that second.
  load.push(from(1, 11), 1100, { runner: 1 });
  load.push(from(3, 33), 1300, { runner: 3 });
  load.push(from(1, 12), 2100, { runner: 1 });
  const late = load.push(from(2, 20), 2200, { runner: 2 }).second;
  expect(late).toMatchObject({ atMs: 2200, lengthMs: 1600 });
  expect(valueOf(late!.points, 'http_reqs')).toBe(5);
  expect(valueOf(late!.points, 'vus')).toBe(6);
});

it('waits for nobody who is silent or has ended, and says without whom a second is', () => {
  const load = createLoadIngest({ runners: 2 });
  load.push(madePush([madeRequests(5), vus(2)]), 0, { runner: 1 });
  load.push(madePush([madeRequests(5), vus(3)]), 500, { runner: 2 });
  const silentBefore = (atMs: number) => (sinceMs: number | null) => (sinceMs ?? 0) < atMs;
  expect(
    load.push(madePush([madeRequests(6), vus(2)]), 1000, { runner: 1 }, silentBefore(500)).second,
  ).toBeNull();
  const { second } = load.push(madePush([madeRequests(8), vus(2)]), 2000, { runner: 1 }, silentBefore(501));
  expect(second).toMatchObject({ atMs: 2000, without: [2] });
  expect(valueOf(second!.points, 'http_reqs')).toBe(3);
  expect(valueOf(second!.points, 'vus')).toBe(2);
  // It tells all that it did meanwhile, once.
  load.push(madePush([madeRequests(25), vus(3)]), 2500, { runner: 2 });
  const back = load.push(madePush([madeRequests(8), vus(2)]), 3000, { runner: 1 }).second!;
  expect([valueOf(back.points, 'http_reqs'), valueOf(back.points, 'vus')]).toEqual([20, 5]);
  load.push(madePush([madeRequests(Number.NaN)]), 3500, { runner: 2 });
  expect(load.runners.map(({ ended }) => ended)).toEqual([false, true]);
  expect(load.push(madePush([madeRequests(9), vus(2)]), 4000, { runner: 1 }).second).toMatchObject({
    without: [],
  });
  load.push(madePush([madeRequests(9), vus(2)]), 5000, { runner: 1 });
  expect(load.finish()).toBeNull();
  expect(load.totals.get('http_reqs')).toBe(34);
});

it('counts a runner that began anew from its beginning, whether its life says so or its totals', () => {
  const load = createLoadIngest({ runners: 1 });
  load.push(madePush([madeRequests(10)]), 1000, { runner: 1, life: 'a' });
  // Its first push is higher already than all that the process before did.
  const named = load.push(madePush([madeRequests(30)]), 2000, { runner: 1, life: 'b' });
  expect([valueOf(named.second!.points, 'http_reqs'), named.restartedSinceMs]).toEqual([30, 1000]);
  // What the first still says is its own.
  const before = load.push(madePush([madeRequests(12)]), 2100, { runner: 1, life: 'a' });
  expect([valueOf(before.second!.points, 'http_reqs'), before.restartedSinceMs]).toEqual([2, null]);
  const other = (value: number): MadeSeries => ({ labels: { __name__: 'k6_orders_total' }, value });
  load.push(madePush([madeRequests(40), other(3)]), 3000, { runner: 1, life: 'b' });
  const unnamed = load.push(madePush([madeRequests(4), other(5)]), 4000, { runner: 1, life: 'b' });
  expect(unnamed.second!.points.map(({ value }) => value)).toEqual([4, 5]);
  expect(unnamed.restartedSinceMs).toBe(3000);
  expect(load.totals.get('http_reqs')).toBe(10 + 30 + 2 + 10 + 4);
});

it('weighs rates by their counts, also of who does not tell them again', () => {
  const load = createLoadIngest({ runners: 2 });
  const failed = (value: number): MadeSeries => ({
    labels: { __name__: 'k6_http_req_failed_rate', expected_response: 'x' },
    value,
  });
  const tags = { expected_response: 'x' };
  load.push(madePush([failed(0.5), madeRequests(10, tags)]), 0, { runner: 1 });
  const both = load.push(madePush([failed(0.1), madeRequests(30, tags)]), 100, { runner: 2 }).second!;
  expect(valueOf(both.points, 'http_req_failed')).toBeCloseTo((5 + 3) / 40);
  load.push(madePush([madeRequests(20, tags), failed(0.25)]), 1000, { runner: 1 });
  const one = load.push(madePush([vus(1)]), 1100, { runner: 2 }).second!;
  expect(valueOf(one.points, 'http_req_failed')).toBeCloseTo((5 + 3) / 50);
});

it('takes no push of who is none of its runners, and nothing of it', () => {
  const load = createLoadIngest({ runners: 2 });
  const body = madePush([madeRequests(5)]);
  expect(() => load.push(body, 0, { runner: 3 })).toThrow(InvalidPush);
  expect(() => load.push(body, 0, null)).toThrow(InvalidPush);
  expect(load.totals.size).toBe(0);
});

it('reads a runner from its number or its job’s name', () => {
  expect(senderOf('3', null)).toEqual({ runner: 3 });
  expect(senderOf('load-7f-12', 'uid')).toEqual({ runner: 12, life: 'uid' });
  for (const none of [null, '', '0', 'x', '-', '01', '3-x']) expect(senderOf(none, null)).toBeNull();
});

it('counts everything once, whoever is late, silent, over or anew', () => {
  const event = fc.record({
    runner: fc.integer({ min: 1, max: 4 }),
    gained: fc.nat({ max: 20 }),
    waitMs: fc.nat({ max: 1500 }),
    restarts: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const load = createLoadIngest({ runners: 4 });
      const lives = new Map<number, { life: number; total: number }>();
      let [nowMs, sent, stored, lastMs] = [0, 0, 0, -1];
      const take = (points: readonly IngestedPoint[]): void => {
        for (const { metric, value } of points) if (metric === 'http_reqs') stored += value ?? 0;
        for (const { metric, histogram } of points)
          if (metric === 'http_req_duration') stored += histogram?.count ?? 0;
      };
      for (const { runner, gained, waitMs, restarts } of events) {
        nowMs += waitMs + 1;
        const before = lives.get(runner) ?? { life: 0, total: 0 };
        const now = restarts
          ? { life: before.life + 1, total: gained }
          : { ...before, total: before.total + gained };
        lives.set(runner, now);
        sent += 2 * gained;
        const body = madePush([madeRequests(now.total), madeDurations(now.total, now.total)]);
        const at = nowMs;
        const { second } = load.push(
          body,
          at,
          { runner, life: `${now.life}` },
          (since) => at - (since ?? 0) > 3500,
        );
        if (!second) continue;
        expect(second.atMs).toBeGreaterThan(lastMs);
        lastMs = second.atMs;
        take(second.points);
      }
      take(load.finish()?.points ?? []);
      expect(stored).toBe(sent);
    }),
  );
});

it('counts everything once of a load that is taken on, and makes nothing up of who tells no more', () => {
  const step = fc.record({
    runner: fc.integer({ min: 1, max: 3 }),
    gained: fc.nat({ max: 9 }),
    /** Nobody is there to take it. */
    isLost: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.array(step, { maxLength: 30 }),
      fc.subarray([1, 2, 3]),
      (steps, later, silent) => {
        const done = new Map([1, 2, 3].map((runner) => [runner, 0]));
        const recorded = { requests: 0, values: 0 };
        const stored: IngestedPoint[] = [];
        const take = (points: readonly IngestedPoint[] = []): void => {
          stored.push(...points);
          for (const { metric, value, histogram } of points)
            if (metric === 'http_reqs') recorded.requests += value ?? 0;
            else recorded.values += histogram?.count ?? 0;
        };
        const push = (load: ReturnType<typeof createLoadIngest>, runner: number): void => {
          const total = done.get(runner)!;
          take(
            load.push(madePush([madeRequests(total), madeDurations(total, total)]), 0, { runner }, () => true)
              .second?.points,
          );
        };
        const first = createLoadIngest({ runners: 3 });
        for (const { runner, gained, isLost } of steps) {
          done.set(runner, done.get(runner)! + gained);
          if (!isLost) push(first, runner);
        }
        take(first.finish()?.points);
        const before = new RecordedBefore();
        before.add(stored);
        const known = { ...recorded };
        const second = createLoadIngest({ runners: 3, before });
        const heard = [1, 2, 3].filter((runner) => !silent.includes(runner));
        for (const { runner, gained, isLost } of later) {
          done.set(runner, done.get(runner)! + gained);
          if (!isLost && heard.includes(runner)) push(second, runner);
        }
        for (const runner of heard) push(second, runner);
        take(second.finish()?.points);
        const all = [...done.values()].reduce((sum, total) => sum + total, 0);
        expect(recorded.requests).toBeLessThanOrEqual(all);
        expect(recorded.requests).toBeGreaterThanOrEqual(known.requests);
        expect(recorded.values).toBe(recorded.requests);
        if (silent.length === 0) expect(recorded.requests).toBe(all);
        expect(second.totals.get('http_reqs') ?? 0).toBe(recorded.requests);
        expect(second.allValues().reduce((sum, { histogram }) => sum + histogram.count, 0)).toBe(
          recorded.values,
        );
      },
    ),
  );
});
