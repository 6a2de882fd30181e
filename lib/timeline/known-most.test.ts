import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type MetricSeries } from '@/lib/model/recording';
import { type RunSummary } from '@/lib/model/run';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { histogramOf, offAt, percentile } from '@/lib/statistics/histogram/single-values';
import { columnOfPush } from './columns';
import { boundColumns, boundRecording } from './known-most';

const metrics = ['http_req_duration', 'http_req_waiting', 'orders_size'] as const;
const value = fc.double({ min: 0.001, max: 40, noNaN: true });
/** What one push tells of a metric under a tag. */
const told = fc.record({
  push: fc.integer({ min: 1, max: 6 }),
  metric: fc.constantFrom(...metrics),
  tag: fc.constantFrom('a', 'b'),
  values: fc.array(value, { minLength: 1, maxLength: 12 }),
});

/** Sizes are in no unit of time; k6 tells times in ms. */
const summaryOf = (mostOf: (metric: string) => number): RunSummary => ({
  metrics: metrics.map((metric) => ({
    metric,
    type: 'trend',
    contains: metric === 'orders_size' ? 'default' : 'time',
    values: { max: mostOf(metric) * (metric === 'orders_size' ? 1 : 1000) },
    thresholds: [],
  })),
  checks: [],
  groups: [],
  testRunDurationMs: 6000,
});

it('whatever is read of a recording, by series, second or all, is no more than its metric’s largest value, and no further off', () => {
  fc.assert(
    fc.property(
      fc.array(told, { minLength: 1, maxLength: 20 }),
      fc.constantFrom(0, 0.5, 0.95, 0.9999, 1),
      (all, share) => {
        const series = metrics.flatMap((metric, i): MetricSeries[] =>
          ['a', 'b'].map((tag, j) => ({
            id: 2 * i + j,
            metric,
            type: 'trend',
            unit: metric === 'orders_size' ? 'none' : 'seconds',
            tags: { tag },
          })),
        );
        const recording = {
          series,
          points: all.map(({ push, metric, tag, values }, id) => ({
            id,
            seriesId: series.find((one) => one.metric === metric && one.tags.tag === tag)!.id,
            atMs: push * 1000,
            value: null,
            histogram: histogramOf(values),
          })),
          podEvents: [],
          concurrency: [],
          decisions: [],
          gaps: [],
        };
        const valuesOf = (metric: string): number[] =>
          all.flatMap((one) => (one.metric === metric ? one.values : []));
        const summary = summaryOf((metric) => Math.max(0, ...valuesOf(metric)));
        const bound = boundRecording(recording, summary);
        for (const metric of metrics) {
          const most = Math.max(...valuesOf(metric));
          for (const is of [
            () => true,
            (one: { push: number }) => one.push <= 3,
            (one: { tag: string }) => one.tag === 'a',
          ]) {
            const chosen = all.flatMap((one, i) => (one.metric === metric && is(one) ? [i] : []));
            if (chosen.length === 0) continue;
            const values = chosen.flatMap((i) => all[i]!.values);
            const merged = mergeHistograms(chosen.map((i) => bound.points[i]!.histogram!));
            const found = quantile(merged, share);
            expect(found).toBeLessThanOrEqual(most * (1 + 1e-9));
            expect(Math.abs(found - percentile(values, share))).toBeLessThanOrEqual(offAt(values, share));
            expect(merged.count).toBe(values.length);
          }
        }
        const columns = all.map(({ push, metric, values }) =>
          columnOfPush(
            [{ metric, tags: {}, value: null, histogram: histogramOf(values) }],
            (push - 1) * 1000,
            push * 1000,
          ),
        );
        const longest = Math.max(...valuesOf('http_req_duration'));
        for (const { durations } of boundColumns(columns, summary))
          if (durations) expect(quantile(durations, share)).toBeLessThanOrEqual(longest * (1 + 1e-9));
        expect(boundRecording(recording, null)).toBe(recording);
      },
    ),
  );
});
