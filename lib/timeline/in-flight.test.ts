import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { InFlight } from './in-flight';

function histogram(seconds: readonly number[]): ExponentialHistogram {
  const cells = new Map<number, number>();
  for (const value of seconds) cells.set(cellIndexOf(3, value), (cells.get(cellIndexOf(3, value)) ?? 0) + 1);
  return {
    ...emptyHistogram(3),
    count: seconds.length,
    sum: seconds.reduce((a, b) => a + b, 0),
    cells: [...cells].sort(([a], [b]) => a - b),
  };
}

/** Users who ask again and again, each request of `durationS`: what every push told, second by second. */
function play(users: number, durationS: number, pushes: number) {
  const inFlight = new InFlight(0);
  const live: number[] = [];
  const last = new Map<number, number>();
  for (let second = 1; second <= pushes; second++) {
    const ended: number[] = [];
    for (let at = durationS; at <= second; at += durationS)
      if (at > second - 1) ended.push(...Array<number>(users).fill(durationS));
    const told = inFlight.push({
      atMs: second * 1000,
      durations: ended.length > 0 ? [histogram(ended)] : [],
      users,
    });
    for (const { atMs, total } of told) last.set(atMs, total);
    live.push(last.get(second * 1000)!);
  }
  for (const { atMs, total } of inFlight.finish()) last.set(atMs, total);
  return { live, final: [...last.values()] };
}

test('requests of eight seconds count in each of their seconds, live too', () => {
  const { live, final } = play(4, 8, 34);
  for (const total of live) expect(total).toBeCloseTo(4, 6);
  // The last requests end after the last push, so their seconds are not known to the end.
  for (const total of final.slice(1, 31)) expect(total).toBeCloseTo(4, 1);
});

test('short requests count by Little’s law, at once', () => {
  const { live, final } = play(5, 0.25, 10);
  for (const total of [...live, ...final.slice(0, -1)]) expect(total).toBeCloseTo(5, 6);
});

test('never more than there are users, and no less than nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.array(fc.double({ min: 0.01, max: 20, noNaN: true }), { maxLength: 20 }), {
        minLength: 1,
        maxLength: 30,
      }),
      (users, pushes) => {
        const inFlight = new InFlight(0);
        const told = pushes.flatMap((ended, i) =>
          inFlight.push({ atMs: (i + 1) * 1000, durations: [histogram(ended)], users }),
        );
        for (const { total } of [...told, ...inFlight.finish()]) {
          expect(total).toBeGreaterThanOrEqual(0);
          expect(total).toBeLessThanOrEqual(users);
        }
      },
    ),
  );
});

test('all of a request’s time is in flight in some second, where the users do not bound it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 4, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (ended) => {
        const inFlight = new InFlight(0);
        const last = new Map<number, number>();
        const take = (told: { atMs: number; total: number }[]): void =>
          told.forEach(({ atMs, total }) => last.set(atMs, total));
        for (let second = 1; second <= 4; second++)
          take(inFlight.push({ atMs: second * 1000, durations: [], users: null }));
        take(inFlight.push({ atMs: 5000, durations: [histogram(ended)], users: null }));
        take(inFlight.finish());
        const sum = ended.reduce((a, b) => a + b, 0);
        const busy = [...last.values()].reduce((a, b) => a + b, 0);
        expect(Math.abs(busy - sum)).toBeLessThanOrEqual(0.05 * sum + 0.1);
      },
    ),
  );
});

test('who hangs is still in flight, and is known to have been when the answer comes', () => {
  const inFlight = new InFlight(0);
  const last = new Map<number, number>();
  const take = (told: { atMs: number; total: number }[]): void =>
    told.forEach(({ atMs, total }) => last.set(atMs, total));
  for (let second = 1; second <= 3; second++)
    take(inFlight.push({ atMs: second * 1000, durations: [histogram(Array(20).fill(0.1))], users: 2 }));
  for (let second = 4; second <= 8; second++) {
    take(inFlight.push({ atMs: second * 1000, durations: [], users: 2 }));
    expect(last.get(second * 1000)).toBeCloseTo(2, 6);
  }
  take(inFlight.push({ atMs: 9000, durations: [histogram([5.5, 5.5])], users: 2 }));
  take(inFlight.finish());
  for (const second of [5, 6, 7, 8]) expect(last.get(second * 1000)).toBeCloseTo(2, 1);
});
