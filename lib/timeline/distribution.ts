import { z } from 'zod';
import { code } from '@/lib/model/message';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type RunSummary } from '@/lib/model/run';
import { boundedBy } from '@/lib/statistics/histogram/bounds';
import { naturalOrder } from '@/lib/model/natural-order';
import { knownMost } from './known-most';
import { latencyMetrics, requestMetrics, requestsIn, statusNameOf } from './protocols';
import { exponentialHistogramSchema, type ExponentialHistogram } from '@/lib/model/histogram';
import { type MetricPoint, type MetricSeries } from '@/lib/model/recording';

/** The parts of a request's time, in the order in which they pass; k6's names without `http_req_`. */
const requestPhases = ['blocked', 'sending', 'waiting', 'receiving'] as const;

const partSchema = z.object({ value: z.string(), histogram: exponentialHistogramSchema });

/** How a metric of times is distributed in a range, as a whole and split by one tag. Times are seconds. */
export const distributionSchema = z.object({
  /** The range on the run's clock: what ended in (fromMs, toMs]. */
  fromMs: z.number(),
  toMs: z.number(),
  metric: z.string(),
  /** What else may be asked for in this run: its metrics of what users wait for, then its script's own of times. */
  metrics: z.array(z.string()).default([]),
  total: exponentialHistogramSchema,
  /** Requests by status: HTTP's (`0` is no answer), gRPC's by name, a WebSocket handshake's. Those without the tag are not among them. */
  statuses: z.array(z.object({ status: z.string(), count: z.number() })),
  /** Requests by k6's error code, where there was one. */
  errors: z.array(z.object({ code: z.string(), count: z.number() })),
  bytesReceived: z.number(),
  phases: z.array(z.object({ phase: z.enum(requestPhases), histogram: exponentialHistogramSchema })),
  /** What the metric can be split by in this run; `metric` is another one where only that one has the tag. */
  tags: z.array(z.object({ tag: z.string(), metric: z.string(), values: z.number().int() })),
  /** Null where no split was asked for, or the run has no such tag. The most frequent values; the rest are `others` together. */
  split: z
    .object({
      tag: z.string(),
      metric: z.string(),
      parts: z.array(partSchema),
      others: exponentialHistogramSchema.nullable(),
    })
    .nullable(),
});
export type Distribution = z.infer<typeof distributionSchema>;

export const distributionQuerySchema = z
  .object({
    fromMs: z.coerce.number().int().min(0).default(0),
    toMs: z.coerce.number().int().min(0).max(1e12).optional(),
    /** A metric of times, k6's own or a script's. Without it, that of what most users waited for. */
    metric: z.string().min(1).max(200).optional(),
    /** A tag, such as status, scenario, pod, group. */
    split: z.string().min(1).max(100).optional(),
  })
  .refine(({ fromMs, toMs }) => toMs === undefined || toMs > fromMs, {
    path: ['toMs'],
    error: code('validation.later-than-from'),
  });
export type DistributionQuery = z.infer<typeof distributionQuerySchema>;

const mostParts = 24;

/** Whether a series holds times. */
const isTimes = ({ type, unit }: Pick<MetricSeries, 'type' | 'unit'>): boolean =>
  type === 'trend' && unit === 'seconds';

/** A metric's series, and those of the other times of requests that a script records under a tag that the metric lacks. */
export function splitsOf(series: readonly MetricSeries[], metric: string): Distribution['tags'] {
  const own = tagsOf(series.filter((one) => one.metric === metric));
  const found = [...own].map(([tag, values]) => ({ tag, metric, values: values.size }));
  if (!latencyMetrics.includes(metric)) return found;
  for (const other of new Set(
    series.filter((one) => isTimes(one) && !builtIn.test(one.metric)).map((one) => one.metric),
  )) {
    for (const [tag, values] of tagsOf(series.filter((one) => one.metric === other))) {
      if (!found.some((known) => known.tag === tag)) found.push({ tag, metric: other, values: values.size });
    }
  }
  return found;
}

const builtIn = /^(http_req_|iteration_duration$|group_duration$|ws_|grpc_|browser_)/;

function tagsOf(series: readonly MetricSeries[]): Map<string, Set<string>> {
  const tags = new Map<string, Set<string>>();
  for (const { tags: own } of series) {
    for (const [tag, value] of Object.entries(own)) {
      if (value === '') continue;
      const values = tags.get(tag);
      if (values) values.add(value);
      else tags.set(tag, new Set([value]));
    }
  }
  return tags;
}

/** The series that a distribution needs: of its metric, of the metric that it is split by, and of the requests themselves. */
export function seriesNeeded(
  series: readonly MetricSeries[],
  { metric, split }: DistributionQuery,
): MetricSeries[] {
  const asked = metric === undefined ? latencyMetrics : [metric];
  const splitBy = asked.flatMap((name) =>
    split === undefined ? [] : (splitsOf(series, name).find(({ tag }) => tag === split)?.metric ?? []),
  );
  const names = new Set([
    ...asked,
    ...splitBy,
    ...requestMetrics,
    'data_received',
    ...requestPhases.map((phase) => `http_req_${phase}`),
  ]);
  return series.filter((one) => names.has(one.metric));
}

/**
 * Merges the points of a range, exactly: counts add up. `points` are those of `seriesNeeded` in (fromMs, toMs]; no value
 * is told to be above the maximum that the run's `summary` knows.
 */
export function distributionOf(
  series: readonly MetricSeries[],
  points: readonly Pick<MetricPoint, 'seriesId' | 'value' | 'histogram'>[],
  query: DistributionQuery,
  toMs: number,
  summary: RunSummary | null = null,
): Distribution {
  const byId = new Map(series.map((one) => [one.id, one]));
  const metric = query.metric ?? mostOf(byId, points);
  const tags = splitsOf(series, metric);
  const asked = tags.find(({ tag }) => tag === query.split);
  const merge = (metric: string): ExponentialHistogram =>
    boundedBy(
      mergeHistograms(
        points.flatMap((point) =>
          point.histogram && byId.get(point.seriesId)?.metric === metric ? [point.histogram] : [],
        ),
      ),
      knownMost(summary, metric),
    );
  return {
    fromMs: query.fromMs,
    toMs,
    metric,
    metrics: metricsOf(series),
    total: merge(metric),
    statuses: counts(byId, points, 'status').map(([status, count]) => ({ status, count })),
    errors: counts(byId, points, 'error_code').map(([code, count]) => ({ code, count })),
    bytesReceived: points.reduce(
      (sum, point) => sum + (byId.get(point.seriesId)?.metric === 'data_received' ? (point.value ?? 0) : 0),
      0,
    ),
    phases: (metric === 'http_req_duration' ? requestPhases : [])
      .map((phase) => ({ phase, histogram: merge(`http_req_${phase}`) }))
      .filter(({ histogram }) => histogram.count > 0),
    tags,
    split: asked ? splitBy(byId, points, asked.tag, asked.metric, knownMost(summary, asked.metric)) : null,
  };
}

/** The metric of what users wait for that has the most values; of requests of HTTP where none has any. */
function mostOf(
  byId: ReadonlyMap<number, MetricSeries>,
  points: readonly Pick<MetricPoint, 'seriesId' | 'histogram'>[],
): string {
  const counts = new Map(latencyMetrics.map((metric) => [metric, 0]));
  for (const { seriesId, histogram } of points) {
    const metric = byId.get(seriesId)?.metric ?? '';
    const known = counts.get(metric);
    if (known !== undefined) counts.set(metric, known + (histogram?.count ?? 0));
  }
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

/** The metrics of times that a reader may ask for: what users wait for by each protocol, then the script's own. */
function metricsOf(series: readonly MetricSeries[]): string[] {
  const times = new Set(series.filter(isTimes).map(({ metric }) => metric));
  return [
    ...latencyMetrics.filter((metric) => times.has(metric)),
    ...[...times].filter((metric) => !builtIn.test(metric)).sort(),
  ];
}

/** A tag by the name that was asked for: which may be one that every object has, such as `constructor`. */
function tagOf({ tags }: MetricSeries, tag: string): string {
  return Object.hasOwn(tags, tag) ? (tags[tag] ?? '') : '';
}

function counts(
  byId: ReadonlyMap<number, MetricSeries>,
  points: readonly Pick<MetricPoint, 'seriesId' | 'value' | 'histogram'>[],
  tag: string,
): [string, number][] {
  const sums = new Map<string, number>();
  for (const point of points) {
    const series = byId.get(point.seriesId);
    const requests = series ? requestsIn(series.metric, point) : null;
    if (!series || requests === null) continue;
    const value = tagOf(series, tag);
    const key = tag === 'status' && value !== '' ? statusNameOf(series.metric, value) : value;
    sums.set(key, (sums.get(key) ?? 0) + requests);
  }
  sums.delete('');
  return [...sums].sort(([a], [b]) => naturalOrder(a, b));
}

function splitBy(
  byId: ReadonlyMap<number, MetricSeries>,
  points: readonly Pick<MetricPoint, 'seriesId' | 'histogram'>[],
  tag: string,
  metric: string,
  most: number | null,
): Distribution['split'] {
  const groups = new Map<string, ExponentialHistogram[]>();
  for (const { seriesId, histogram } of points) {
    const series = byId.get(seriesId);
    if (!histogram || series?.metric !== metric) continue;
    const value = tagOf(series, tag);
    const group = groups.get(value);
    if (group) group.push(histogram);
    else groups.set(value, [histogram]);
  }
  const parts = [...groups]
    .map(([value, histograms]) => ({ value, histogram: boundedBy(mergeHistograms(histograms), most) }))
    .sort((a, b) => b.histogram.count - a.histogram.count);
  const rest = parts.slice(mostParts);
  return {
    tag,
    metric,
    parts: parts.slice(0, mostParts),
    others: rest.length === 0 ? null : mergeHistograms(rest.map(({ histogram }) => histogram)),
  };
}
