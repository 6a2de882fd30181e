import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type MetricSeries } from '@/lib/model/recording';
import { cellBounds, cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { k6RequestsOf } from './k6-requests';

const request = fc.record({
  atMs: fc.integer({ min: 1, max: 9 }).map((second) => second * 1000),
  name: fc.constantFrom('home', 'pay', 'list'),
  status: fc.constantFrom('200', '503', '0'),
  durationS: fc.double({ min: 0.001, max: 10, noNaN: true }),
});

it('groups what failed and ranks what was slow as one who counts each request', () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 120 }), (requests) => {
      const series: MetricSeries[] = [];
      const idOf = (metric: string, tags: Record<string, string>): number => {
        const found = series.find((one) => one.metric === metric && one.tags.key === tags.key);
        if (found) return found.id;
        series.push({
          id: series.length + 1,
          metric,
          type: metric === 'http_reqs' ? 'counter' : 'trend',
          unit: metric === 'http_reqs' ? 'none' : 'seconds',
          tags,
        });
        return series.length;
      };
      const points = requests.flatMap(({ atMs, name, status, durationS }) => {
        const tags = {
          key: `${name} ${status}`,
          name,
          method: 'GET',
          status,
          expected_response: `${status === '200'}`,
          ...(status === '0' ? { error_code: '1212' } : {}),
        };
        return [
          { seriesId: idOf('http_reqs', tags), atMs, value: 1, histogram: null },
          {
            seriesId: idOf('http_req_duration', tags),
            atMs,
            value: null,
            histogram: {
              ...emptyHistogram(3),
              count: 1,
              sum: durationS,
              cells: [[cellIndexOf(3, durationS), 1]] as [number, number][],
            },
          },
        ];
      });
      const { failures, slowest, moreFailures, moreNames } = k6RequestsOf(series, points);
      expect([moreFailures, moreNames]).toEqual([0, 0]);
      expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(
        requests.filter(({ status }) => status !== '200').length,
      );
      for (const { name, status, count, firstMs, errorCode } of failures) {
        const own = requests.filter((one) => one.name === name && one.status === status);
        expect(count).toBe(own.length);
        expect(firstMs).toBe(Math.min(...own.map(({ atMs }) => atMs)));
        expect(errorCode).toBe(status === '0' ? '1212' : null);
      }
      expect(failures.map(({ count }) => count)).toEqual(
        failures.map(({ count }) => count).toSorted((a, b) => b - a),
      );
      expect(slowest.map(({ p95 }) => p95)).toEqual(slowest.map(({ p95 }) => p95).toSorted((a, b) => b - a));
      for (const { name, count, p95 } of slowest) {
        const own = requests
          .filter((one) => one.name === name)
          .map(({ durationS }) => durationS)
          .sort((a, b) => a - b);
        expect(count).toBe(own.length);
        const upper = own[Math.ceil(0.95 * (own.length - 1))]!;
        expect(p95).toBeLessThanOrEqual(cellBounds(3, cellIndexOf(3, upper)).upper);
      }
    }),
  );
});
