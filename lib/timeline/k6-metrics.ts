import { z } from 'zod';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { metricTypeSchema, type MetricPoint, type MetricSeries } from '@/lib/model/recording';

const columnSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** Counter: increase a second; gauge: last value; rate: share of true since the test began; trend: median. In the metric's own unit, times in seconds. */
  value: z.number(),
  /** A trend's 95th percentile; null otherwise. */
  p95: z.number().nullable(),
});

const metricSchema = z.object({
  metric: z.string(),
  type: metricTypeSchema,
  unit: z.enum(['seconds', 'bytes', 'none']),
  columns: z.array(columnSchema),
});

/** What k6 recorded beside requests and latency: each metric over time, and every tag with its values. */
export const k6MetricsSchema = z.object({
  metrics: z.array(metricSchema),
  tags: z.array(z.object({ tag: z.string(), values: z.array(z.string()), more: z.number().int() })),
  /** Each group's runs of its function and how long they took, in seconds. */
  groups: z.array(z.object({ path: z.string(), count: z.number(), p50: z.number(), p95: z.number() })),
});
export type K6Metrics = z.infer<typeof k6MetricsSchema>;
export type MetricOverTime = z.infer<typeof metricSchema>;

export const mostMetricColumns = 240;
const mostTagValues = 30;

/** Whether k6 itself makes this metric (also with tags in braces). */
export function isBuiltIn(metric: string): boolean {
  return /^(http_req|iteration|data_|vus|checks$|group_duration$|dropped_iterations$|ws_|grpc_|browser_)/.test(
    metric.replace(/\{.*$/, ''),
  );
}

type Point = Pick<MetricPoint, 'seriesId' | 'atMs' | 'value' | 'histogram'>;

/** Puts a run's metrics together: all series of one metric as one line with at most `mostMetricColumns` columns. */
export function k6MetricsOf(series: readonly MetricSeries[], points: readonly Point[]): K6Metrics {
  const bySeries = new Map<number, Point[]>();
  for (const point of points) {
    const own = bySeries.get(point.seriesId);
    if (own) own.push(point);
    else bySeries.set(point.seriesId, [point]);
  }
  const names = [...new Set(series.map(({ metric }) => metric))].sort(
    (a, b) => Number(isBuiltIn(a)) - Number(isBuiltIn(b)) || (a < b ? -1 : 1),
  );
  return {
    metrics: names.map((metric) =>
      overTime(
        series.filter((one) => one.metric === metric),
        bySeries,
      ),
    ),
    tags: tagsOf(series),
    groups: groupsOf(series, bySeries),
  };
}

function overTime(
  series: readonly MetricSeries[],
  bySeries: ReadonlyMap<number, readonly Point[]>,
): MetricOverTime {
  const { metric, type, unit } = series[0]!;
  const points = series.flatMap(({ id }) => bySeries.get(id) ?? []).sort((a, b) => a.atMs - b.atMs);
  const moments = [...new Set(points.map(({ atMs }) => atMs))];
  const size = Math.max(1, Math.ceil(moments.length / mostMetricColumns));
  const columns: MetricOverTime['columns'] = [];
  let next = 0;
  for (let i = 0; i < moments.length; i += size) {
    const toMs = moments[Math.min(i + size, moments.length) - 1]!;
    const fromMs = moments[i - 1] ?? toMs - 1000;
    const own: Point[] = [];
    while (next < points.length && points[next]!.atMs <= toMs) own.push(points[next++]!);
    const column = columnOf(type, own, toMs - fromMs);
    if (column) columns.push({ fromMs, toMs, ...column });
  }
  return { metric, type, unit, columns };
}

function columnOf(
  type: MetricSeries['type'],
  points: readonly Point[],
  lengthMs: number,
): { value: number; p95: number | null } | null {
  if (type === 'trend') {
    const merged = mergeHistograms(points.flatMap(({ histogram }) => (histogram ? [histogram] : [])));
    return merged.count === 0 ? null : { value: quantile(merged, 0.5), p95: quantile(merged, 0.95) };
  }
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  if (type === 'counter')
    return { value: values.reduce((sum, value) => sum + value, 0) / (lengthMs / 1000), p95: null };
  // A rate's series are told only as shares: of several the mean stands for all.
  const last = points
    .filter(({ atMs }) => atMs === points.at(-1)!.atMs)
    .flatMap(({ value }) => (value === null ? [] : [value]));
  return {
    value: type === 'rate' ? last.reduce((sum, value) => sum + value, 0) / last.length : last.at(-1)!,
    p95: null,
  };
}

function tagsOf(series: readonly MetricSeries[]): K6Metrics['tags'] {
  const tags = new Map<string, Set<string>>();
  for (const { tags: own } of series) {
    for (const [tag, value] of Object.entries(own)) {
      if (value === '') continue;
      const values = tags.get(tag);
      if (values) values.add(value);
      else tags.set(tag, new Set([value]));
    }
  }
  return [...tags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, values]) => ({
      tag,
      values: [...values].sort().slice(0, mostTagValues),
      more: Math.max(0, values.size - mostTagValues),
    }));
}

function groupsOf(
  series: readonly MetricSeries[],
  bySeries: ReadonlyMap<number, readonly Point[]>,
): K6Metrics['groups'] {
  const groups = new Map<string, ExponentialHistogram[]>();
  for (const { id, metric, tags } of series) {
    if (metric !== 'group_duration' || !tags.group) continue;
    const histograms = (bySeries.get(id) ?? []).flatMap(({ histogram }) => (histogram ? [histogram] : []));
    groups.set(tags.group, [...(groups.get(tags.group) ?? []), ...histograms]);
  }
  return [...groups].map(([path, histograms]) => {
    const merged = mergeHistograms(histograms);
    return { path, count: merged.count, p50: quantile(merged, 0.5) || 0, p95: quantile(merged, 0.95) || 0 };
  });
}
