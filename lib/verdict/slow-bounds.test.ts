import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RunSummary } from '@/lib/model/run';
import { edgeAbove, histogramOf, percentile } from '@/lib/statistics/histogram/single-values';
import { slowBounds } from './slow-bounds';

const value = fc.double({ min: 0.001, max: 20, noNaN: true });

function summaryOf(seconds: readonly number[]): RunSummary {
  const ms = seconds.map((one) => one * 1000);
  return {
    metrics: [
      {
        metric: 'http_reqs',
        type: 'counter',
        contains: 'default',
        values: { count: ms.length, rate: 1 },
        thresholds: [],
      },
      {
        metric: 'http_req_duration',
        type: 'trend',
        contains: 'time',
        values: {
          med: percentile(ms, 0.5),
          'p(90)': percentile(ms, 0.9),
          'p(99.9)': percentile(ms, 0.999),
          avg: ms.reduce((sum, one) => sum + one, 0) / ms.length,
          max: Math.max(...ms),
        },
        thresholds: [],
      },
    ],
    checks: [],
    groups: [],
    testRunDurationMs: 1000,
  };
}

it('the requests slower than a limit lie within their bounds, which are apart only by its bucket and by what was lost', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 60 }),
      fc.nat(20),
      value,
      fc.boolean(),
      fc.boolean(),
      (values, lost, anyLimit, isEdge, hasSummary) => {
        const limit = isEdge ? edgeAbove(anyLimit) : anyLimit;
        const recorded = values.slice(lost);
        const summary = hasSummary ? summaryOf(values) : null;
        const { least, most } = slowBounds(histogramOf(recorded), values.length, summary, limit * 1000);
        const slower = values.filter((one) => one > limit).length;
        expect(slower).toBeGreaterThanOrEqual(least);
        expect(slower).toBeLessThanOrEqual(most);
        const open = isEdge ? [] : recorded.filter((one) => edgeAbove(one) === edgeAbove(limit));
        expect(most - least).toBeLessThanOrEqual(open.length + values.length - recorded.length);
      },
    ),
  );
});
