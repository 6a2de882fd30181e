import { afterAll, beforeAll, expect, it } from 'vitest';
import { madeRecording } from '@/lib/timeline/made-recording';
import { storeRecorded } from './fake-recorded-runs';
import { fakeService, openTestStore, type TestStore } from './fake-run';
import { readDistribution, readK6Metrics } from './read-distribution';
import { distributionQuerySchema } from '@/lib/timeline/distribution';
import { quantile } from '@/lib/statistics/histogram/quantile';

/** In a bucket that reaches up to 707 ms. */
const mostS = 0.655;
let test: TestStore;
let id: string;
beforeAll(async () => {
  test = await openTestStore();
  id = await storeRecorded(
    test.store,
    {
      id: 'bounded',
      name: 'bounded',
      state: 'finished',
      service: fakeService('bounded'),
      scriptName: 's',
      originMs: 1_000_000,
      loadStartMs: 0,
      loadEndMs: 5000,
      endedAtMs: 1_005_000,
      summary: {
        metrics: [
          {
            metric: 'http_req_duration',
            type: 'trend',
            contains: 'time',
            values: { max: mostS * 1000 },
            thresholds: [],
          },
        ],
        checks: [],
        groups: [],
        testRunDurationMs: 5000,
      },
    },
    madeRecording({ seconds: 5, tookMs: () => mostS * 1000 }),
  );
});
afterAll(() => test.close());

it('no time is told to be above the largest that k6 knows: not in the distribution, nor by second, nor by name', async () => {
  const { metrics, requests } = (await readK6Metrics(test.store, id))!;
  const { columns } = metrics.find(({ metric }) => metric === 'http_req_duration')!;
  const total = (await readDistribution(test.store, id, distributionQuerySchema.parse({})))!.total;
  const told = [
    ...columns.flatMap(({ value, p95 }) => [value, p95!]),
    ...requests!.slowest.flatMap(({ p50, p95 }) => [p50, p95]),
    quantile(total, 1),
  ];
  expect(told).toHaveLength(2 * 5 + 2 + 1);
  for (const seconds of told) expect(seconds).toBeLessThanOrEqual(mostS);
});
