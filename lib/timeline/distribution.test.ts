import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { quantileMs } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type RunSummary } from '@/lib/model/run';
import { distributionOf, distributionQuerySchema, seriesNeeded, splitsOf } from './distribution';
import { heyBuckets, heyText } from './hey-text';
import { type MetricSeries } from '@/lib/model/recording';

function histogramOf(...values: [seconds: number, count: number][]): ExponentialHistogram {
  const cells = values
    .map(([value, n]): [number, number] => [cellIndexOf(3, value), n])
    .sort(([a], [b]) => a - b);
  return {
    schema: 3,
    zeroThreshold: 0,
    zeroCount: 0,
    count: values.reduce((sum, [, n]) => sum + n, 0),
    sum: values.reduce((sum, [value, n]) => sum + value * n, 0),
    cells,
  };
}

const trend = (id: number, metric: string, tags: Record<string, string>): MetricSeries => ({
  id,
  metric,
  type: 'trend',
  unit: 'seconds',
  tags,
});
const count = (id: number, tags: Record<string, string>): MetricSeries => ({
  id,
  metric: 'http_reqs',
  type: 'counter',
  unit: 'none',
  tags,
});
const series = [
  trend(1, 'http_req_duration', { status: '200', scenario: 'before' }),
  trend(2, 'http_req_duration', { status: '503', scenario: 'spike' }),
  count(3, { status: '200' }),
  count(4, { status: '503' }),
  count(5, { status: '0', error_code: '1212' }),
  trend(6, 'pod_duration', { pod: 'a', scenario: 'before' }),
  trend(7, 'pod_duration', { pod: 'b' }),
  trend(8, 'http_req_waiting', {}),
];
const points = [
  { seriesId: 1, value: null, histogram: histogramOf([0.03, 5]) },
  { seriesId: 1, value: null, histogram: histogramOf([0.03, 2], [2, 1]) },
  { seriesId: 2, value: null, histogram: histogramOf([0.001, 4]) },
  { seriesId: 3, value: 8, histogram: null },
  { seriesId: 4, value: 4, histogram: null },
  { seriesId: 5, value: 3, histogram: null },
  { seriesId: 6, value: null, histogram: histogramOf([0.03, 6]) },
  { seriesId: 7, value: null, histogram: histogramOf([0.03, 2]) },
  { seriesId: 8, value: null, histogram: histogramOf([0.02, 12]) },
];
const query = (split?: string) => distributionQuerySchema.parse({ fromMs: '0', ...(split ? { split } : {}) });

describe('distributionOf', () => {
  it('merges all series exactly and counts by status', () => {
    const all = distributionOf(series, points, query(), 9000);
    expect(all.total).toMatchObject({ count: 12, cells: histogramOf([0.001, 4], [0.03, 7], [2, 1]).cells });
    expect(all.statuses).toEqual([
      { status: '0', count: 3 },
      { status: '200', count: 8 },
      { status: '503', count: 4 },
    ]);
    expect(all.errors).toEqual([{ code: '1212', count: 3 }]);
    expect(all.phases.map(({ phase, histogram }) => [phase, histogram.count])).toEqual([['waiting', 12]]);
    expect(all.split).toBeNull();
  });

  it('splits by a tag of its own, and by one that only a script’s metric has', () => {
    const split = distributionOf(series, points, query('status'), 9000).split!;
    expect(split.parts.map(({ value, histogram }) => [value, histogram.count])).toEqual([
      ['200', 8],
      ['503', 4],
    ]);
    const pods = distributionOf(series, points, query('pod'), 9000).split!;
    expect([pods.metric, pods.parts.map(({ value, histogram }) => [value, histogram.count])]).toEqual([
      'pod_duration',
      [
        ['a', 6],
        ['b', 2],
      ],
    ]);
    expect(distributionOf(series, points, query('nothing'), 9000).split).toBeNull();
  });

  it('is what its single requests are: how many of each status, code and pod, how long, and within k6’s maximum', () => {
    const request = fc.record({
      pod: fc.constantFrom('a', 'b', 'c'),
      isRefused: fc.boolean(),
      seconds: fc.double({ min: 0.001, max: 30, noNaN: true }),
      bytes: fc.nat(5000),
    });
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 60 }), (requests) => {
        const found: MetricSeries[] = [{ ...count(1, {}), metric: 'data_received' }];
        const idOf = (one: Omit<MetricSeries, 'id'>): number => {
          const same = found.find(
            ({ metric, tags }) => metric === one.metric && JSON.stringify(tags) === JSON.stringify(one.tags),
          );
          if (same) return same.id;
          found.push({ ...one, id: found.length + 1 });
          return found.length;
        };
        const pushed = requests.flatMap(({ pod, isRefused, seconds, bytes }) => {
          const tags: Record<string, string> = isRefused
            ? { pod, status: '0', error_code: '1212' }
            : { pod, status: '200' };
          return [
            { seriesId: 1, value: bytes, histogram: null },
            { seriesId: idOf(count(0, tags)), value: 1, histogram: null },
            {
              seriesId: idOf(trend(0, 'http_req_duration', tags)),
              value: null,
              histogram: histogramOf([seconds, 1]),
            },
          ];
        });
        const mostMs = Math.max(...requests.map(({ seconds }) => seconds * 1000));
        const summary: RunSummary = {
          metrics: [
            {
              metric: 'http_req_duration',
              type: 'trend',
              contains: 'time',
              values: { max: mostMs },
              thresholds: [],
            },
          ],
          checks: [],
          groups: [],
          testRunDurationMs: 9000,
        };
        const told = distributionOf(found, pushed, query('pod'), 9000, summary);
        const refused = requests.filter(({ isRefused }) => isRefused).length;
        const some = (key: object, n: number): object[] => (n > 0 ? [{ ...key, count: n }] : []);
        expect(told.statuses).toEqual([
          ...some({ status: '0' }, refused),
          ...some({ status: '200' }, requests.length - refused),
        ]);
        expect(told.errors).toEqual(some({ code: '1212' }, refused));
        expect(told.bytesReceived).toBe(requests.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(told.total.count).toBe(requests.length);
        expect(quantileMs(told.total, 1)).toBeLessThanOrEqual(mostMs * (1 + 1e-9));
        const pods = new Set(requests.map(({ pod }) => pod));
        expect(told.split!.parts).toHaveLength(pods.size);
        for (const { value, histogram } of told.split!.parts)
          expect(histogram.count).toBe(requests.filter(({ pod }) => pod === value).length);
      }),
    );
  });

  it('names what can be split, and reads no series that is not needed', () => {
    expect(
      splitsOf(series, 'http_req_duration').map(({ tag, metric, values }) => [tag, metric, values]),
    ).toEqual([
      ['status', 'http_req_duration', 2],
      ['scenario', 'http_req_duration', 2],
      ['pod', 'pod_duration', 2],
    ]);
    expect(seriesNeeded(series, query()).some(({ metric }) => metric === 'pod_duration')).toBe(false);
    expect(seriesNeeded(series, query('pod')).some(({ metric }) => metric === 'pod_duration')).toBe(true);
  });

  it('refuses a range that ends before it begins', () => {
    expect(distributionQuerySchema.safeParse({ fromMs: '5000', toMs: '4000' }).success).toBe(false);
    expect(distributionQuerySchema.parse({})).toEqual({ fromMs: 0 });
  });
});

describe('hey’s text', () => {
  it('counts every value once, over even steps', () => {
    const buckets = heyBuckets(histogramOf([0.03, 990], [2.4, 10]), 0.0281, 2.5);
    expect(buckets).toHaveLength(11);
    expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(1000);
    expect([buckets[0]!.mark, buckets[10]!.mark]).toEqual([0.0281, 2.5]);
    expect(buckets[1]!.count + buckets[0]!.count).toBe(990);
  });

  it('has hey’s lines', () => {
    const text = heyText({
      histogram: histogramOf([0.03, 90], [0.6, 10]),
      seconds: 2,
      statuses: [
        { status: '200', count: 98 },
        { status: '0', count: 2 },
      ],
      errors: [],
      bytes: 1500,
      phases: [{ phase: 'waiting', histogram: histogramOf([0.03, 100]) }],
      fastest: 0.029,
      slowest: 0.61,
    });
    for (const line of [
      'Summary:',
      '  Total:\t2.0000 secs',
      '  Slowest:\t0.6100 secs',
      '  Fastest:\t0.0290 secs',
      '  Average:\t0.0870 secs',
      '  Requests/sec:\t50.0000',
      '  Size/request:\t15 bytes',
      'Response time histogram:',
      'Latency distribution:',
      'Status code distribution:',
      '  [200]\t98 responses',
      'Error distribution:',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/ {2}0\.087 \[89\]\t\|■{40}\n/);
    expect(text).toMatch(/ {2}50% in 0\.0\d{3} secs\n/);
    expect(text).toMatch(/ {2}resp wait:\t0\.0300 secs, /);
    expect(
      heyText({ histogram: histogramOf(), seconds: 1, statuses: [], errors: [], bytes: 0, phases: [] }),
    ).toBe('');
  });
});
