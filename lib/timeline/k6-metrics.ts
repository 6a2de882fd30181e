import { z } from 'zod';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { naturalOrder } from '@/lib/model/natural-order';
import { joinSlivers } from './slivers';
import { k6RequestsOf, k6RequestsSchema } from './k6-requests';
import { metricTypeSchema, tagsKeyOf, type MetricPoint, type MetricSeries } from '@/lib/model/recording';

const columnSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** Counter: increase a second; gauge: last value; rate: share of true since the test began; trend: median. In the metric's own unit, times in seconds. */
  value: z.number(),
  /** A trend's 95th percentile; null otherwise. */
  p95: z.number().nullable(),
});

/**
 * How the values of several series (sets of tags, runners) became one: exactly (counts and histograms add up, or there is
 * one series); by their sum (virtual users); weighted by their requests; or, where no count is told, by their mean.
 */
const togetherSchema = z.enum(['exact', 'sum', 'weighted', 'mean']);
type Together = z.infer<typeof togetherSchema>;

const metricSchema = z.object({
  metric: z.string(),
  type: metricTypeSchema,
  unit: z.enum(['seconds', 'bytes', 'none']),
  together: togetherSchema,
  columns: z.array(columnSchema),
});

/** What k6 recorded beside requests and latency: each metric over time, and every tag with its values. */
export const k6MetricsSchema = z.object({
  metrics: z.array(metricSchema),
  tags: z.array(z.object({ tag: z.string(), values: z.array(z.string()), more: z.number().int() })),
  /** Each group's runs of its function and how long they took, in seconds. */
  groups: z.array(z.object({ path: z.string(), count: z.number(), p50: z.number(), p95: z.number() })),
  /** Null in an export of before they were told. */
  requests: k6RequestsSchema.nullable().default(null),
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
  const requests = new Map(
    series.flatMap(({ id, metric, tags }) =>
      metric === 'http_reqs'
        ? [[tagsKeyOf(tags), (bySeries.get(id) ?? []).toSorted((a, b) => a.atMs - b.atMs)]]
        : [],
    ),
  );
  const names = [...new Set(series.map(({ metric }) => metric))].sort(
    (a, b) => Number(isBuiltIn(a)) - Number(isBuiltIn(b)) || naturalOrder(a, b),
  );
  return {
    metrics: names.map((metric) =>
      overTime(
        series.filter((one) => one.metric === metric),
        bySeries,
        requests,
      ),
    ),
    tags: tagsOf(series),
    groups: groupsOf(series, bySeries),
    requests: k6RequestsOf(series, points),
  };
}

function overTime(
  series: readonly MetricSeries[],
  bySeries: ReadonlyMap<number, readonly Point[]>,
  requests: ReadonlyMap<string, readonly Point[]>,
): MetricOverTime {
  const { metric, type, unit } = series[0]!;
  const points = series.flatMap(({ id }) => bySeries.get(id) ?? []).sort((a, b) => a.atMs - b.atMs);
  const moments = [...new Set(points.map(({ atMs }) => atMs))];
  const size = Math.max(1, Math.ceil(moments.length / mostMetricColumns));
  const together = togetherOf(metric, type, series.length);
  const levels = new Levels(series, together, requests);
  const columns: MetricOverTime['columns'] = [];
  const spans: { fromMs: number; toMs: number }[] = [];
  for (let i = 0; i < moments.length; i += size) {
    const toMs = moments[Math.min(i + size, moments.length) - 1]!;
    spans.push({ fromMs: moments[i - 1] ?? toMs - 1000, toMs });
  }
  let next = 0;
  for (const { fromMs, toMs } of joinSlivers(spans, (parts) => ({
    fromMs: parts[0]!.fromMs,
    toMs: parts.at(-1)!.toMs,
  }))) {
    const own: Point[] = [];
    while (next < points.length && points[next]!.atMs <= toMs) own.push(points[next++]!);
    const column =
      type === 'trend'
        ? trendColumn(own)
        : type === 'counter'
          ? counterColumn(own, toMs - fromMs)
          : levels.column(own, toMs);
    if (column) columns.push({ fromMs, toMs, ...column });
  }
  return { metric, type, unit, together, columns };
}

type ColumnValue = Pick<MetricOverTime['columns'][number], 'value' | 'p95'> | null;

function trendColumn(points: readonly Point[]): ColumnValue {
  const merged = mergeHistograms(points.flatMap(({ histogram }) => (histogram ? [histogram] : [])));
  return merged.count === 0 ? null : { value: quantile(merged, 0.5), p95: quantile(merged, 0.95) };
}

function counterColumn(points: readonly Point[], lengthMs: number): ColumnValue {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  return { value: values.reduce((sum, value) => sum + value, 0) / (lengthMs / 1000), p95: null };
}

function togetherOf(metric: string, type: MetricSeries['type'], series: number): Together {
  if (series === 1 || type === 'counter' || type === 'trend') return 'exact';
  if (type === 'gauge' && /^vus(_max)?$/.test(metric)) return 'sum';
  return metric === 'http_req_failed' ? 'weighted' : 'mean';
}

/** Gauges and rates of several series: each stays at its last value while it is silent. */
class Levels {
  private readonly last = new Map<number, number>();
  private readonly weights = new Map<number, { points: readonly Point[]; next: number; count: number }>();

  constructor(
    series: readonly MetricSeries[],
    private readonly together: Together,
    requests: ReadonlyMap<string, readonly Point[]>,
  ) {
    if (together !== 'weighted') return;
    for (const { id, tags } of series)
      this.weights.set(id, { points: requests.get(tagsKeyOf(tags)) ?? [], next: 0, count: 0 });
  }

  column(points: readonly Point[], toMs: number): ColumnValue {
    for (const { seriesId, value } of points) if (value !== null) this.last.set(seriesId, value);
    const levels = [...this.last].map(([id, value]) => ({ value, weight: this.weightOf(id, toMs) }));
    if (levels.length === 0) return null;
    const sum = levels.reduce((total, { value, weight }) => total + value * weight, 0);
    const weight = levels.reduce((total, level) => total + level.weight, 0);
    return { value: this.together === 'sum' || weight === 0 ? sum : sum / weight, p95: null };
  }

  /** A rate is told as its share since the test began, so it weighs by the requests since then. */
  private weightOf(id: number, toMs: number): number {
    const weight = this.weights.get(id);
    if (!weight) return 1;
    while (weight.next < weight.points.length && weight.points[weight.next]!.atMs <= toMs)
      weight.count += weight.points[weight.next++]!.value ?? 0;
    return weight.count;
  }
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
    .sort(([a], [b]) => naturalOrder(a, b))
    .map(([tag, values]) => ({
      tag,
      values: [...values].sort(naturalOrder).slice(0, mostTagValues),
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
