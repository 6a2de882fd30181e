import { expect, it } from 'vitest';
import { type LoadEnd } from '@/lib/loadgen/engine';
import { type IngestedPoint } from '@/lib/loadgen/ingest';
import { type RunSummary } from '@/lib/model/run';
import { RunThresholds } from './run-thresholds';

const share = (check: string, value: number): IngestedPoint => ({
  metric: 'checks',
  type: 'rate',
  unit: 'none',
  tags: { check },
  atUnixMs: 1000,
  value,
  histogram: null,
});
const points = [share('one', 1), share('other', 0.8)];

/** The summary of runners that told of so many iterations, each with both checks. */
const summaryOf = (iterations: number): RunSummary => ({
  metrics: [
    {
      metric: 'iterations',
      type: 'counter',
      contains: 'default',
      values: { count: iterations },
      thresholds: [],
    },
    {
      metric: 'checks',
      type: 'rate',
      contains: 'default',
      values: { passes: 1.8 * iterations, fails: 0.2 * iterations, rate: 0.9 },
      thresholds: [],
    },
  ],
  checks: [],
  groups: [],
  testRunDurationMs: 1000,
});

const asks = { thresholds: { checks: [{ threshold: 'rate>=0.9', abortOnFail: true }] } };

/** What becomes of `checks` where 20 iterations were recorded and the runners' summary tells of so many. */
function judged(summary: RunSummary | null): unknown {
  const thresholds = RunThresholds.of(
    {
      runners: [1, 2].map((runner) => ({ runner, lastPushMs: 1000, ended: true })),
      totals: new Map([['iterations', 20]]),
    },
    { thresholds: { checks: ['rate>=0.9'] } },
    0,
    () => undefined,
  )!;
  thresholds.take({ points, atMs: 1000, lengthMs: 1000, without: [] });
  const end = thresholds.judged({ state: 'finished', reason: null, summary, artefacts: [] }, 2000);
  return end.summary?.metrics.find(({ metric }) => metric === 'checks')?.thresholds;
}

it('takes counts of the runners’ summary for exact where it has all that was recorded', () => {
  expect(judged(summaryOf(20))).toEqual([{ source: 'rate>=0.9', ok: true }]);
});

it('goes by the recording where a runner left no summary', () => {
  const undecided = [{ source: 'rate>=0.9', ok: null, between: { least: 0.8, most: 1 } }];
  expect(judged(summaryOf(10))).toEqual(undecided);
  expect(judged(null)).toEqual(undecided);
});

it('leaves a load of one k6 to k6’s own verdict, and tells how its thresholds stand', () => {
  let ended = false;
  const thresholds = RunThresholds.of(
    { runners: [{ runner: 1, lastPushMs: 1000, ended: false }], totals: new Map() },
    asks,
    0,
    () => (ended = true),
  )!;
  thresholds.take({ points: [share('one', 0.5)], atMs: 1000, lengthMs: 1000, without: [] });
  expect(thresholds.now(1500)).toEqual([
    {
      metric: 'checks',
      type: 'rate',
      contains: 'default',
      source: 'rate>=0.9',
      ok: false,
      between: { least: 0.5, most: 0.5 },
      abortOnFail: true,
      delayAbortMs: null,
    },
  ]);
  const end: LoadEnd = { state: 'finished', reason: null, summary: null, artefacts: [] };
  expect([thresholds.judged(end, 2000), ended]).toEqual([end, false]);
});
