import fc from 'fast-check';
import { expect, it } from 'vitest';
import { histogramOf, offAt, percentile } from '@/lib/statistics/histogram/single-values';
import { isBuiltIn, k6MetricsOf, mostMetricColumns } from './k6-metrics';
import { type MetricSeries } from '@/lib/model/recording';

const series: MetricSeries[] = [
  { id: 1, metric: 'orders', type: 'counter', unit: 'none', tags: { kind: 'a' } },
  { id: 2, metric: 'orders', type: 'counter', unit: 'none', tags: { kind: 'b' } },
  { id: 3, metric: 'queue', type: 'gauge', unit: 'none', tags: {} },
  { id: 4, metric: 'vus', type: 'gauge', unit: 'none', tags: {} },
  { id: 5, metric: 'group_duration', type: 'trend', unit: 'seconds', tags: { group: '::pay' } },
];
const one = (seriesId: number, atMs: number, value: number) => ({ seriesId, atMs, value, histogram: null });

it('puts all series of a metric together, its own metrics first', () => {
  const histogram = {
    schema: 3,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 4,
    sum: 4,
    cells: [[0, 4]] as [number, number][],
  };
  const { metrics, tags, groups } = k6MetricsOf(series, [
    one(1, 1000, 3),
    one(2, 1000, 2),
    one(1, 3000, 8),
    one(3, 1000, 7),
    one(3, 3000, 9),
    { seriesId: 5, atMs: 2000, value: null, histogram },
  ]);
  expect(metrics.map(({ metric }) => metric)).toEqual(['orders', 'queue', 'group_duration', 'vus']);
  expect(metrics[0]!.columns.map(({ fromMs, toMs, value }) => [fromMs, toMs, value])).toEqual([
    [0, 1000, 5],
    [1000, 3000, 4],
  ]);
  expect(metrics[1]!.columns.map(({ value }) => value)).toEqual([7, 9]);
  expect(tags).toEqual([
    { tag: 'group', values: ['::pay'], more: 0 },
    { tag: 'kind', values: ['a', 'b'], more: 0 },
  ]);
  expect(groups).toMatchObject([{ path: '::pay', count: 4 }]);
});

it('keeps a long run’s counts in few columns', () => {
  const points = Array.from({ length: 3600 }, (_, i) => one(1, (i + 1) * 1000, 2));
  const [orders] = k6MetricsOf(series, points).metrics;
  expect(orders!.columns.length).toBeLessThanOrEqual(mostMetricColumns);
  expect(
    orders!.columns.reduce((sum, { fromMs, toMs, value }) => sum + (value * (toMs - fromMs)) / 1000, 0),
  ).toBeCloseTo(7200);
});

it('tells no rate of the few ms of a load’s last push', () => {
  const [orders] = k6MetricsOf(series, [one(1, 1000, 5), one(1, 2000, 5), one(1, 2050, 3)]).metrics;
  expect(orders!.columns).toEqual([
    { fromMs: 0, toMs: 1000, value: 5, p95: null },
    { fromMs: 1000, toMs: 2050, value: 8 / 1.05, p95: null },
  ]);
});

it('knows which metrics are k6’s own', () => {
  expect(['vus_max', 'http_reqs{status:200}', 'dropped_iterations'].every(isBuiltIn)).toBe(true);
});

it('keeps what a silent series last said, and tells how several became one', () => {
  const rate = (id: number, metric: string, ok: string): MetricSeries => ({
    id,
    metric,
    type: metric === 'http_reqs' ? 'counter' : 'rate',
    unit: 'none',
    tags: { ok },
  });
  const { metrics } = k6MetricsOf(
    [
      rate(1, 'http_req_failed', 'yes'),
      rate(2, 'http_req_failed', 'no'),
      rate(3, 'http_reqs', 'yes'),
      rate(4, 'http_reqs', 'no'),
      { id: 5, metric: 'vus', type: 'gauge', unit: 'none', tags: { runner: '1' } },
      { id: 6, metric: 'vus', type: 'gauge', unit: 'none', tags: { runner: '2' } },
      { id: 7, metric: 'depth', type: 'gauge', unit: 'none', tags: { queue: '1' } },
      { id: 8, metric: 'depth', type: 'gauge', unit: 'none', tags: { queue: '2' } },
    ],
    [
      one(1, 1000, 0),
      one(3, 1000, 90),
      one(2, 1000, 1),
      one(4, 1000, 10),
      one(1, 2000, 0),
      one(3, 2000, 100),
      ...[1000, 2000].map((atMs) => one(5, atMs, 5)),
      one(6, 1000, 5),
      one(7, 1000, 4),
      one(8, 1000, 8),
    ],
  );
  const shown = (name: string) => metrics.find(({ metric }) => metric === name)!;
  expect(shown('http_req_failed')).toMatchObject({
    together: 'weighted',
    columns: [{ value: 0.1 }, { value: 0.05 }],
  });
  expect(shown('vus')).toMatchObject({ together: 'sum', columns: [{ value: 10 }, { value: 10 }] });
  expect(shown('depth')).toMatchObject({ together: 'mean', columns: [{ value: 6 }] });
});

it('is what each value says: of a counter its increase, of times their median and p95, of a group its runs', () => {
  const value = fc.record({
    at: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 3 })),
    group: fc.constantFrom('::pay', '::list'),
    took: fc.double({ min: 0.001, max: 30, noNaN: true }),
    orders: fc.nat(20),
  });
  const known: MetricSeries[] = ['::pay', '::list'].flatMap((group, i): MetricSeries[] => [
    { id: 2 * i, metric: 'group_duration', type: 'trend', unit: 'seconds', tags: { group } },
    { id: 2 * i + 1, metric: 'orders', type: 'counter', unit: 'none', tags: { group } },
  ]);
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), (values) => {
      const points = values.flatMap(({ at, group, took, orders }) => {
        const id = group === '::pay' ? 0 : 2;
        return [
          { seriesId: id, atMs: at * 1000, value: null, histogram: histogramOf([took]) },
          one(id + 1, at * 1000, orders),
        ];
      });
      const { metrics, groups } = k6MetricsOf(known, points);
      const within = ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
        values.filter(({ at }) => at * 1000 > fromMs && at * 1000 <= toMs);
      const near = (found: number, times: readonly number[], share: number): void =>
        expect(Math.abs(found - percentile(times, share))).toBeLessThanOrEqual(offAt(times, share));
      for (const { metric, columns, together } of metrics) {
        expect(together).toBe('exact');
        expect(columns.flatMap(within)).toHaveLength(values.length);
        for (const column of columns) {
          const own = within(column);
          const seconds = (column.toMs - column.fromMs) / 1000;
          if (metric === 'orders')
            expect(column.value * seconds).toBeCloseTo(
              own.reduce((sum, { orders }) => sum + orders, 0),
              6,
            );
          else {
            const times = own.map(({ took }) => took);
            near(column.value, times, 0.5);
            near(column.p95!, times, 0.95);
          }
        }
      }
      for (const { path, count, p50, p95 } of groups) {
        const times = values.filter(({ group }) => group === path).map(({ took }) => took);
        expect(count).toBe(times.length);
        if (count === 0) continue;
        near(p50, times, 0.5);
        near(p95, times, 0.95);
      }
    }),
  );
});
