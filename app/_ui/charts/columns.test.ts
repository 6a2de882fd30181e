import { describe, expect, it } from 'vitest';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { mergeColumns, type RequestColumn } from '@/lib/timeline/columns';
import { niceStep, quantileOf, rateOf, RequestTable } from './columns';

const histogram = (index: number, count: number): ExponentialHistogram => ({
  schema: 3,
  zeroThreshold: 0,
  zeroCount: 0,
  count,
  sum: count,
  cells: [[index, count]],
});
const column = (id: number, fromMs: number, toMs: number, ok: number, pushes = 1): RequestColumn => ({
  id,
  fromMs,
  toMs,
  pushes,
  counts: { '2xx': ok, '3xx': 0, '4xx': 0, '5xx': 0, none: 0, unknown: 0 },
  requests: ok,
  failures: 0,
  iterations: ok,
  durations: ok > 0 ? histogram(id % 7, ok) : null,
});
const seconds = (n: number): RequestColumn[] =>
  Array.from({ length: n }, (_, i) => column(i + 1, i * 1000, (i + 1) * 1000, i + 1));
const requestsOf = (columns: readonly RequestColumn[]): number =>
  columns.reduce((sum, one) => sum + one.requests, 0);

describe('RequestTable', () => {
  it('takes each column once, however often the stream repeats it', () => {
    const table = new RequestTable();
    table.append(seconds(3));
    table.append(seconds(4));
    expect(table.all.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(table.total).toMatchObject({ requests: 10, iterations: 10, fromMs: 0, toMs: 4000 });
  });

  it('puts two pushes of one moment together', () => {
    const table = new RequestTable();
    table.append([column(1, 0, 1000, 5), column(2, 1000, 1000, 7)]);
    expect(table.all).toHaveLength(1);
    expect(table.all[0]).toMatchObject({ requests: 12, fromMs: 0, toMs: 1000 });
  });

  it('keeps every request when it merges columns, and sees the last column grow', () => {
    const table = new RequestTable();
    table.append(seconds(100));
    const merged = table.between(0, 100_000, 20);
    expect(merged.length).toBeLessThanOrEqual(21);
    expect(requestsOf(merged)).toBe(5050);
    table.append([column(101, 100_000, 100_000, 7)]);
    expect(requestsOf(table.between(0, 100_000, 20))).toBe(5057);
  });

  it('shows no rate of the few ms that were left of the last second', () => {
    const table = new RequestTable();
    table.append([...seconds(2), column(3, 2000, 2087, 21)]);
    const whole = { fromMs: 1000, toMs: 2087, requests: 23 };
    expect(table.between(0, 2087, 100)).toMatchObject([{ requests: 1 }, whole]);
    expect(table.newest).toMatchObject(whole);
    expect(table.between(2050, 2087, 100)).toMatchObject([whole]);
    expect([1500, 2050, 2087].map((atMs) => table.at(atMs))).toMatchObject([whole, whole, whole]);
    expect(requestsOf(table.all)).toBe(24);
  });

  it('finds the column of a moment', () => {
    const table = new RequestTable();
    table.append(seconds(2));
    expect(table.at(1000)!.requests).toBe(1);
    expect(table.at(1001)!.requests).toBe(2);
    expect(table.at(2500)).toBeNull();
  });

  it('asks for finer columns only where there are any, and puts them in the place of the coarse ones', () => {
    const table = new RequestTable();
    const fine = seconds(6000);
    const coarse = Array.from({ length: 600 }, (_, i) => mergeColumns(fine.slice(i * 10, (i + 1) * 10)));
    table.append(coarse);
    expect(table.coarseSpan(0, 6_000_000)).toBeNull();
    const span = table.coarseSpan(1_005_000, 1_100_000)!;
    expect(span).toEqual({ fromMs: 1_000_000, toMs: 1_100_000 });
    table.refine(
      fine.filter(({ toMs }) => toMs > span.fromMs && toMs <= span.toMs),
      span.fromMs,
      span.toMs,
    );
    expect(table.all).toHaveLength(600 - 10 + 100);
    expect(requestsOf(table.all)).toBe(requestsOf(fine));
    expect(table.coarseSpan(1_005_000, 1_100_000)).toBeNull();
    table.append([column(6001, 6_000_000, 6_001_000, 3)]);
    expect(table.all.at(-1)!.id).toBe(6001);
    expect(table.totalOf(1_000_000, 1_002_000)!.requests).toBe(1001 + 1002);
    expect(table.totalOf(7_000_000, 8_000_000)).toBeNull();
  });
});

describe('columns', () => {
  it('gives a late push the rate of the time that it covers', () => {
    expect(rateOf(column(1, 1000, 5000, 400))).toBe(100);
  });

  it('reads quantiles in ms', () => {
    const second = { ...column(1, 0, 1000, 1), durations: histogram(0, 10) };
    // The bucket's bounds: 2^(-1/8) s to 1 s.
    expect(quantileOf(second, 1)).toBeGreaterThan(917);
    expect(quantileOf(second, 1)).toBeLessThanOrEqual(1000);
    expect(quantileOf({ ...second, durations: null }, 0.5)).toBeNull();
  });

  it('steps in whole, round times', () => {
    expect([1, 1001, 12_000, 31_000, 61_000, 1_900_000].map(niceStep)).toEqual([
      1000, 2000, 15_000, 60_000, 120_000, 3_600_000,
    ]);
  });
});
