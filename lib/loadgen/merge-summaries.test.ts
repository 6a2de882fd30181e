import { expect, it } from 'vitest';
import { type RunSummary } from '@/lib/model/run';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { type SeriesValues } from './ingest';
import { mergeSummaries } from './merge-summaries';

type Metric = RunSummary['metrics'][number];

const metric = (name: string, type: Metric['type'], values: Metric['values']): Metric => ({
  metric: name,
  type,
  contains: 'default',
  values,
  thresholds: [{ source: 'x>0', ok: true }],
});
const summary = (metrics: Metric[], seconds: number): RunSummary => ({
  metrics,
  checks: [{ name: 'ok', path: '::ok', passes: metrics.length, fails: 1 }],
  groups: [{ name: 'shop', path: '::shop' }],
  testRunDurationMs: seconds * 1000,
  interruptedIterations: 1,
});
/** Values in one bucket, those in (0.5, 1]. */
const values = (name: string, count: number, tags: Record<string, string> = {}): SeriesValues => ({
  metric: name,
  tags,
  histogram: { ...emptyHistogram(), schema: 0, count, sum: count, cells: [[0, count]] },
});

it('adds what counts, keeps least and most, and takes percentiles from all values', () => {
  const merged = mergeSummaries(
    [
      summary(
        [
          metric('iterations', 'counter', { count: 10, rate: 5 }),
          metric('orders', 'trend', { count: 3, avg: 0.6, min: 0.51, max: 0.9, med: 0.6, 'p(95)': 0.8 }),
          metric('orders{kind:a}', 'trend', { count: 1, avg: 0.51, min: 0.51, max: 0.51, 'p(95)': 0.51 }),
          metric('checks', 'rate', { rate: 0.5, passes: 1, fails: 1 }),
          metric('vus', 'gauge', { value: 2, min: 1, max: 3 }),
          metric('level', 'gauge', { value: 2, min: 1, max: 3 }),
        ],
        2,
      ),
      summary(
        [
          metric('iterations', 'counter', { count: 30, rate: 30 }),
          metric('orders', 'trend', { count: 1, avg: 1, min: 1, max: 1, med: 1, 'p(95)': 1 }),
          metric('orders{kind:a}', 'trend', { count: 0, avg: 0, min: 0, max: 0, 'p(95)': 0 }),
          metric('checks', 'rate', { rate: 1, passes: 6, fails: 0 }),
          metric('vus', 'gauge', { value: 5, min: 0, max: 7 }),
          metric('level', 'gauge', { value: 5, min: 0, max: 7 }),
        ],
        1,
      ),
    ],
    // Of kind a a value is missing: what would be its percentile is not told.
    [values('orders', 3, { kind: 'b' }), values('orders', 1, { kind: 'c' })],
  );
  const valuesOf = (name: string) => merged.metrics.find((one) => one.metric === name)?.values;
  expect(valuesOf('iterations')).toEqual({ count: 40, rate: 20 });
  expect(valuesOf('orders')).toMatchObject({ count: 4, avg: (3 * 0.6 + 1) / 4, min: 0.51, max: 1 });
  expect(valuesOf('orders')!.med).toBeGreaterThan(0.51);
  expect(valuesOf('orders')!['p(95)']).toBeLessThanOrEqual(1);
  expect(valuesOf('orders{kind:a}')).toEqual({ count: 1, avg: 0.51, min: 0.51, max: 0.51 });
  expect(valuesOf('checks')).toEqual({ rate: 7 / 8, passes: 7, fails: 1 });
  expect(valuesOf('vus')).toEqual({ value: 7, min: 1, max: 10 });
  expect(valuesOf('level')).toEqual({ value: 5, min: 0, max: 7 });
  expect(merged.metrics.flatMap(({ thresholds }) => thresholds)).toEqual([]);
  expect(merged).toMatchObject({
    checks: [{ name: 'ok', path: '::ok', passes: 12, fails: 2 }],
    groups: [{ path: '::shop' }],
    testRunDurationMs: 2000,
    interruptedIterations: 2,
    runners: 2,
  });
});
