import { z } from 'zod';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type MetricPoint, type MetricSeries } from '@/lib/model/recording';
import { isFailed, latencyIn, requestsIn, statusNameOf } from './protocols';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';

/** Rows of each list; what is beyond them is counted. */
const mostRows = 15;

/** A kind of request: k6's tags `name` and `method`; null where the script leaves them out. */
const kindSchema = z.object({ name: z.string().nullable(), method: z.string().nullable() });

export const k6RequestsSchema = z.object({
  /** Requests that failed, by what was answered and what was asked; the most frequent first. */
  failures: z.array(
    kindSchema.extend({
      /** HTTP's status (`0`: no answer), gRPC's by its name, of a WebSocket's handshake; null: not kept. */
      status: z.string().nullable(),
      /** k6's error code; null where it gave none. */
      errorCode: z.string().nullable(),
      count: z.number(),
      /** The push in which the first of them was, on the run's clock. */
      firstMs: z.number(),
    }),
  ),
  moreFailures: z.number().int(),
  /** Requests by name, the slowest first (by p95). Times in seconds. */
  slowest: z.array(kindSchema.extend({ count: z.number(), p50: z.number(), p95: z.number() })),
  moreNames: z.number().int(),
});
export type K6Requests = z.infer<typeof k6RequestsSchema>;

type Point = Pick<MetricPoint, 'seriesId' | 'atMs' | 'value' | 'histogram'>;

/** What failed, with an example of each kind, and which requests are slow: from every point of a run's requests. */
export function k6RequestsOf(series: readonly MetricSeries[], points: readonly Point[]): K6Requests {
  const byId = new Map(series.map((one) => [one.id, one]));
  const failures = new Map<string, K6Requests['failures'][number]>();
  const names = new Map<string, { kind: z.infer<typeof kindSchema>; histograms: ExponentialHistogram[] }>();
  for (const { seriesId, atMs, value, histogram } of points) {
    const found = byId.get(seriesId);
    if (!found) continue;
    const { metric, tags } = found;
    const kind = { name: tags.name ?? null, method: tags.method ?? null };
    const requests = requestsIn(metric, { value, histogram });
    if (requests && isFailed(metric, tags)) {
      const status = tags.status === undefined ? null : statusNameOf(metric, tags.status);
      const errorCode = tags.error_code || null;
      const key = JSON.stringify([kind, status, errorCode]);
      const known = failures.get(key);
      if (known) {
        known.count += requests;
        known.firstMs = Math.min(known.firstMs, atMs);
      } else failures.set(key, { ...kind, status, errorCode, count: requests, firstMs: atMs });
    }
    if (latencyIn(metric, { value, histogram }) && histogram) {
      const key = JSON.stringify(kind);
      const known = names.get(key);
      if (known) known.histograms.push(histogram);
      else names.set(key, { kind, histograms: [histogram] });
    }
  }
  const failed = [...failures.values()].sort((a, b) => b.count - a.count || a.firstMs - b.firstMs);
  const slow = [...names.values()]
    .map(({ kind, histograms }) => {
      const merged = mergeHistograms(histograms);
      return { ...kind, count: merged.count, p50: quantile(merged, 0.5), p95: quantile(merged, 0.95) };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.p95 - a.p95);
  return {
    failures: failed.slice(0, mostRows),
    moreFailures: Math.max(0, failed.length - mostRows),
    slowest: slow.slice(0, mostRows),
    moreNames: Math.max(0, slow.length - mostRows),
  };
}
