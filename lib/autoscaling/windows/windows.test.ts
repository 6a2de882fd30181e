import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BucketWindow } from './bucket-window';
import { LinearWindow } from './linear-window';
import { WeightedWindow } from './weighted-window';

const t0 = 1_700_000_000;

/** The rule of the spec's section 2.3 at its plainest: every second's sum is kept, the window summed at each reading. */
class PlainWeighted {
  private readonly seconds = new Map<number, number>();
  private last = -Infinity;
  constructor(private windowS: number) {}
  record(second: number, value: number): void {
    if (second <= this.last - this.windowS) return;
    this.last = Math.max(this.last, second);
    this.seconds.set(second, (this.seconds.get(second) ?? 0) + value);
  }
  average(second: number): number {
    const alpha = Math.max(1 - Math.pow(1 - 0.9999, 1 / this.windowS), 0.2);
    const now = Math.max(second, this.last);
    let sum = 0;
    for (let age = 0; age < this.windowS; age++)
      sum += (this.seconds.get(now - age) ?? 0) * alpha * Math.pow(1 - alpha, age);
    return sum;
  }
  resize(windowS: number, second: number): void {
    if (windowS === this.windowS) return;
    const oldest =
      second - this.last > this.windowS ? Infinity : this.last - Math.min(windowS, this.windowS) + 1;
    for (const kept of this.seconds.keys()) if (kept < oldest) this.seconds.delete(kept);
    this.windowS = windowS;
  }
}

const windows = fc.integer({ min: 1, max: 90 });
const steps = fc.array(
  fc.record({
    gap: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 80 })),
    value: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 500, noNaN: true })),
    readAhead: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 95 })),
    resizeTo: fc.option(windows, { freq: 20 }),
  }),
  { maxLength: 120 },
);

test('a weighted window reads as the whole window summed anew: late values, gaps, readings ahead and new lengths included', () => {
  fc.assert(
    fc.property(windows, steps, (windowS, plan) => {
      const window = new WeightedWindow(windowS * 1000);
      const plain = new PlainWeighted(windowS);
      let second = t0;
      for (const { gap, value, readAhead, resizeTo } of plan) {
        second += gap;
        window.record(second * 1000, value);
        plain.record(second, value);
        if (resizeTo !== null) {
          window.resize(resizeTo * 1000, second * 1000);
          plain.resize(resizeTo, second);
        }
        for (const at of [second, second + readAhead]) {
          const expected = plain.average(at);
          expect(Math.abs(window.average(at * 1000) - expected)).toBeLessThanOrEqual(1e-12 * expected);
        }
      }
    }),
  );
});

test('a second value of the second that a late value or a reading came in leaves with its second', () => {
  const window = new WeightedWindow(15_000);
  const at = (s: number): number => (t0 + s) * 1000;
  window.record(at(0), 1);
  window.record(at(-2), 0);
  window.record(at(0), 1);
  window.record(at(13), 0);
  window.record(at(15), 0);
  expect(window.average(at(15))).toBe(0);
});

test('what has left a weighted window leaves no rest: a rest would be a pod', () => {
  for (const windowS of [6, 60, 600]) {
    const window = new WeightedWindow(windowS * 1000);
    window.record(t0 * 1000, 123.456);
    for (let s = 1; s < windowS; s++) window.record((t0 + s) * 1000, 0);
    expect(window.average((t0 + windowS - 1) * 1000)).toBeGreaterThan(0);
    window.record((t0 + windowS) * 1000, 0);
    expect(window.average((t0 + windowS) * 1000)).toBe(0);
  }
});

test.each<[string, (ms: number) => BucketWindow]>([
  ['linear', (ms) => new LinearWindow(ms)],
  ['weighted', (ms) => new WeightedWindow(ms)],
])(
  'a %s window stays within its least and largest value and is empty only after a whole window',
  (kind, make) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 60 }),
        fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 100 }),
        (windowS, values) => {
          const window = make(windowS * 1000);
          values.forEach((value, i) => window.record((t0 + i) * 1000, value));
          const last = (t0 + values.length - 1) * 1000;
          const average = window.average(last);
          const recent = values.slice(-windowS);
          expect(average).toBeLessThanOrEqual(Math.max(...recent) + 1e-6);
          // A weighted window that is not full yet counts the missing seconds as zeros.
          expect(average).toBeGreaterThanOrEqual(kind === 'linear' ? Math.min(...recent) - 1e-6 : 0);
          expect(window.isEmpty(last + windowS * 1000)).toBe(false);
          expect(window.isEmpty(last + (windowS + 1) * 1000)).toBe(true);
          expect(window.average(last + (windowS + 1) * 1000)).toBe(0);
        },
      ),
    );
  },
);
