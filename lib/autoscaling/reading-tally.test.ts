import { expect, it } from 'vitest';
import { ReadingTally } from './reading-tally';

it('counts growing readings of one second once', () => {
  const tally = new ReadingTally();
  expect([tally.instant(1000, 33), tally.instant(1100, 50), tally.instant(1200, 50)]).toEqual([33, 17, 0]);
  expect(tally.mean(1900, 60)).toBe(10);
});

it('takes an instant reading after the second’s mean for what exceeds it', () => {
  const tally = new ReadingTally();
  expect(tally.mean(2100, 50)).toBe(50);
  expect(tally.isNews(2200, 50)).toBe(false);
  expect(tally.instant(2200, 55)).toBe(5);
});

it('begins anew with each second; two means in one second add up', () => {
  const tally = new ReadingTally();
  tally.instant(3000, 50);
  expect(tally.isNews(4000, 1)).toBe(true);
  expect([tally.mean(4001, 50), tally.mean(4999, 50)]).toEqual([50, 50]);
});
