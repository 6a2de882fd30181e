import { expect, it } from 'vitest';
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

it('knows which metrics are k6’s own', () => {
  expect(['vus_max', 'http_reqs{status:200}', 'dropped_iterations'].every(isBuiltIn)).toBe(true);
});
