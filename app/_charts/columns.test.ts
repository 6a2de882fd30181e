import { describe, expect, it } from 'vitest';
import { type ExponentialHistogram } from '@/lib/histogram/shape';
import { type MetricPoint, type MetricSeries } from '@/lib/timeline/recording';
import { mergeColumns, niceStep, quantileOf, rateOf, RequestTable, statusClassOf } from './columns';

const histogram = (index: number, count: number): ExponentialHistogram => ({ schema: 3, zeroThreshold: 0, zeroCount: 0, count, sum: count, cells: [[index, count]] });
const series: MetricSeries[] = [
  { id: 1, metric: 'http_reqs', type: 'counter', unit: 'none', tags: { status: '200', expected_response: 'true' } },
  { id: 2, metric: 'http_reqs', type: 'counter', unit: 'none', tags: { status: '503', expected_response: 'false' } },
  { id: 3, metric: 'http_req_duration', type: 'trend', unit: 'seconds', tags: {} },
];
let id = 0;
const count = (seriesId: number, atMs: number, value: number): MetricPoint => ({ id: ++id, seriesId, atMs, value, histogram: null });
const durations = (atMs: number, index: number, n: number): MetricPoint => ({ id: ++id, seriesId: 3, atMs, value: null, histogram: histogram(index, n) });

describe('RequestTable', () => {
  it('sums a push’s series by status and merges their histograms', () => {
    const table = new RequestTable();
    table.append({ series, points: [count(1, 1000, 90), count(2, 1000, 10), durations(1000, -40, 60), durations(1000, -30, 40)] }, 0);
    expect(table.all).toHaveLength(1);
    expect(table.all[0]).toMatchObject({ fromMs: 0, toMs: 1000, requests: 100, failures: 10, counts: { '2xx': 90, '5xx': 10 } });
    expect(table.all[0]!.durations!.count).toBe(100);
  });

  it('reads each point once, however often the stream repeats it', () => {
    const table = new RequestTable();
    const points = [count(1, 1000, 5)];
    table.append({ series, points }, 0);
    table.append({ series: [], points }, 0);
    expect(table.all[0]!.requests).toBe(5);
  });

  it('gives a late push the rate of the time that it covers', () => {
    const table = new RequestTable();
    table.append({ series, points: [count(1, 1000, 100), count(1, 5000, 400)] }, 0);
    expect(rateOf(table.all[1]!)).toBe(100);
  });

  it('keeps every request when it merges columns, and sees the last column grow', () => {
    const table = new RequestTable();
    const points = Array.from({ length: 100 }, (_, i) => count(1, (i + 1) * 1000, i + 1));
    table.append({ series, points }, 0);
    const merged = table.between(0, 100_000, 20);
    expect(merged.length).toBeLessThanOrEqual(21);
    expect(merged.reduce((sum, c) => sum + c.requests, 0)).toBe(5050);
    table.append({ series: [], points: [count(2, 100_000, 7)] }, 0);
    expect(table.between(0, 100_000, 20).reduce((sum, c) => sum + c.requests, 0)).toBe(5057);
  });

  it('finds the column of a moment', () => {
    const table = new RequestTable();
    table.append({ series, points: [count(1, 1000, 1), count(1, 2000, 2)] }, 0);
    expect(table.at(1000)!.requests).toBe(1);
    expect(table.at(1001)!.requests).toBe(2);
    expect(table.at(2500)).toBeNull();
  });
});

describe('columns', () => {
  it('reads quantiles in ms', () => {
    const column = mergeColumns([{ fromMs: 0, toMs: 1000, counts: { '2xx': 1, '3xx': 0, '4xx': 0, '5xx': 0, none: 0 }, requests: 1, failures: 0, durations: histogram(0, 10) }]);
    // The bucket's bounds: 2^(-1/8) s to 1 s.
    expect(quantileOf(column, 1)).toBeGreaterThan(917);
    expect(quantileOf(column, 1)).toBeLessThanOrEqual(1000);
    expect(quantileOf({ ...column, durations: null }, 0.5)).toBeNull();
  });

  it('classes statuses', () => {
    expect(['200', '301', '404', '503', '0', undefined].map(statusClassOf)).toEqual(['2xx', '3xx', '4xx', '5xx', 'none', 'none']);
  });

  it('steps in whole, round times', () => {
    expect([1, 1001, 12_000, 31_000, 61_000, 1_900_000].map(niceStep)).toEqual([1000, 2000, 15_000, 60_000, 120_000, 3_600_000]);
  });
});
