import { describe, expect, it } from 'vitest';
import { around, lastBefore } from './model';
import { areBetweenSeconds, timeTicks } from './ticks';

const items = [0, 10, 20, 30, 40].map((atMs) => ({ atMs }));

describe('lastBefore', () => {
  it('finds the item in force', () => {
    expect(lastBefore(items, 25)?.atMs).toBe(20);
    expect(lastBefore(items, 30)?.atMs).toBe(30);
    expect(lastBefore(items, -1)).toBeUndefined();
  });
});

describe('around', () => {
  it('keeps one item on each side of the range', () => {
    expect(around(items, { fromMs: 12, toMs: 28 }).map(({ atMs }) => atMs)).toEqual([10, 20, 30]);
    expect(around(items, { fromMs: -5, toMs: 99 })).toEqual(items);
    expect(around([], { fromMs: 0, toMs: 1 })).toEqual([]);
  });
});

describe('timeTicks', () => {
  it('takes round steps that fit', () => {
    expect(timeTicks(0, 60_000, 6)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    expect(timeTicks(4200, 6100, 10)).toHaveLength(10);
    expect(timeTicks(5, 5, 10)).toEqual([]);
  });

  it('are told apart by tenths where a step is shorter than a second', () => {
    // The axis of a load of 4 s on a wide screen.
    expect(areBetweenSeconds(timeTicks(0, 4100, 13))).toBe(true);
    expect(areBetweenSeconds(timeTicks(0, 4100, 6))).toBe(false);
  });
});
