import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ConcurrencySample } from '@/lib/model/recording';
import { histogramOf, offAt, percentile } from '@/lib/statistics/histogram/single-values';
import { costOf, gapOf, steadyState } from './cost';

const usualS = 0.03;
/** A second of the load: how many requests ended in it as ever, how many late, and how many waited at its end. */
const second = fc.record({
  usual: fc.integer({ min: 0, max: 20 }),
  late: fc.array(fc.double({ min: 0.5, max: 9, noNaN: true }), { maxLength: 6 }),
  waiting: fc.constantFrom(0, 0, 0, 0.4, 1, 7),
});
const load = fc.array(second, { minLength: 4, maxLength: 30 });
/** Often where a second ends. */
const moment = fc.oneof(
  fc.integer({ min: 0, max: 30_000 }),
  fc.nat(30).map((second) => second * 1000),
);

it('what a gap cost is what each request that ended in it took, against those that nothing held up', () => {
  fc.assert(
    fc.property(load, moment, moment, fc.nat(90), (seconds, a, b, instant) => {
      const gap = { fromMs: Math.min(a, b), toMs: Math.max(a, b) };
      const pushes = seconds.map(({ usual, late }, i) => ({
        fromMs: i * 1000,
        toMs: (i + 1) * 1000,
        histogram: histogramOf([...Array.from({ length: usual }, () => usualS), ...late]),
      }));
      const samples = seconds.map(({ waiting }, i): ConcurrencySample => ({
        id: i,
        atMs: (i + 1) * 1000,
        source: 'gateway',
        active: 1,
        waiting,
        total: 1 + waiting,
        instant: false,
      }));
      samples.push({ ...samples[0]!, id: 99, waiting: instant, instant: true });
      const isIn = (i: number): boolean => (i + 1) * 1000 > gap.fromMs && (i + 1) * 1000 <= gap.toMs;
      // A second that the gap touches, or in which somebody waited, is no steady one.
      const isSteady = (i: number): boolean =>
        !((i + 1) * 1000 > gap.fromMs && i * 1000 < gap.toMs) && seconds[i]!.waiting < 1;
      const valuesOf = (is: (i: number) => boolean): number[] =>
        seconds.flatMap(({ usual, late }, i) =>
          is(i) ? [...Array.from({ length: usual }, () => usualS), ...late] : [],
        );
      const during = valuesOf(isIn);
      const steady = valuesOf(isSteady);
      const cost = costOf(gap, pushes, steadyState(pushes, [gap], samples), samples);
      expect(cost.requests).toBe(during.length);
      const near = (ms: number | null, values: readonly number[]): void => {
        if (values.length === 0) expect(ms).toBeNull();
        else expect(Math.abs(ms! / 1000 - percentile(values, 0.95))).toBeLessThanOrEqual(offAt(values, 0.95));
      };
      near(cost.p95Ms, during);
      near(cost.steadyP95Ms, steady);
      if (steady.length === 0) expect(cost.waited).toBeNull();
      // Where no steady request is late, each late one was held up, and no other.
      else if (steady.every((value) => value === usualS)) {
        const late = during.filter((value) => value > usualS);
        expect(cost.waited).toBe(late.length);
        near(cost.waitedP95Ms, late);
      }
      const waiting = samples.filter(({ atMs }) => atMs > gap.fromMs && atMs <= gap.toMs);
      expect(cost.mostWaiting).toBe(
        waiting.length === 0 ? null : Math.max(...waiting.map((one) => one.waiting!)),
      );
    }),
  );
});

it('a gap ends when those who waited are gone, at most as late again as its pods were', () => {
  fc.assert(
    fc.property(load, moment, fc.integer({ min: 0, max: 9000 }), (seconds, dueMs, lateMs) => {
      const readyMs = dueMs + lateMs;
      const samples = seconds.map(({ waiting }, i) => ({ atMs: (i + 1) * 1000, waiting, instant: false }));
      const { fromMs, toMs } = gapOf(dueMs, readyMs, samples as ConcurrencySample[]);
      expect(fromMs).toBe(dueMs);
      const latestMs = readyMs + Math.max(2000, lateMs);
      const emptyMs = samples.find(({ atMs, waiting }) => atMs >= readyMs + 1000 && waiting < 1)?.atMs;
      expect(toMs).toBe(Math.min(latestMs, Math.max(readyMs + 1100, emptyMs ?? 0)));
    }),
  );
});
