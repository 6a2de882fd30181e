import { expect, it } from 'vitest';
import { momentsBetween, nearestOf, placesOf } from './trend-axis';

const at = (...minutes: number[]) => minutes.map((minute) => ({ startedAtMs: minute * 60_000 }));

it('lays runs at their times, or one after another', () => {
  expect(placesOf(at(0, 1, 10), 'time')).toEqual([0, 0.1, 1]);
  expect(placesOf(at(0, 1, 10), 'order')).toEqual([0, 0.5, 1]);
  expect([placesOf(at(7), 'time'), placesOf(at(7, 7), 'time')]).toEqual([[0.5], [0.5, 0.5]]);
});

it('finds the run that is nearest, the newer of two at one place', () => {
  expect([0, 0.04, 0.06, 0.54, 0.56, 2].map((share) => nearestOf([0, 0.1, 1, 1], share))).toEqual([
    0, 0, 1, 1, 3, 3,
  ]);
});

it('marks round moments: days over weeks, hours within a day', () => {
  const start = new Date(2026, 0, 5, 9, 17).getTime();
  const weeks = momentsBetween(start, start + 12 * 86_400_000, 4);
  expect(weeks.length).toBeGreaterThanOrEqual(2);
  expect(weeks.every(({ told }) => told === 'day')).toBe(true);
  const hours = momentsBetween(start, start + 5 * 3_600_000, 4);
  expect(hours.map(({ atMs }) => new Date(atMs).getMinutes())).toEqual(hours.map(() => 0));
  expect(hours.every(({ told }) => told === 'minute')).toBe(true);
  expect(momentsBetween(start, start + 40_000, 4).every(({ told }) => told === 'second')).toBe(true);
});
