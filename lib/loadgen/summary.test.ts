import { describe, expect, it } from 'vitest';
import { describeExit } from './exit-codes';
import { parseSummary } from './summary';
import { message } from '@/lib/model/message';

// As k6 v1.8.1 wrote it, shortened.
const exported = JSON.stringify({
  root_group: {
    name: '',
    path: '',
    id: 'd41d8cd98f00b204e9800998ecf8427e',
    groups: {
      one: {
        name: 'one',
        path: '::one',
        id: 'x',
        groups: { two: { name: 'two', path: '::one::two', id: 'y', groups: {}, checks: {} } },
        checks: { 'is 200': { id: 'z', name: 'is 200', path: '::one::is 200', passes: 5, fails: 1 } },
      },
    },
    checks: { top: { id: 't', name: 'top', path: '::top', passes: 6, fails: 0 } },
  },
  metrics: {
    http_reqs: { count: 6, rate: 73.067358325528 },
    http_req_duration: { avg: 25, 'p(95)': 35, count: 6, thresholds: { 'p(95)<500': false, 'avg<1': true } },
    'http_req_duration{group:::one}': { avg: 25, count: 6 },
    checks: { passes: 11, fails: 1, value: 11 / 12 },
    vus: { value: 2, min: 1, max: 2 },
    my_trend: { avg: 20, count: 6 },
    data_sent: { count: 426, rate: 5187.8 },
  },
});

describe('parseSummary', () => {
  const summary = parseSummary(exported, (metric) => (metric === 'my_trend' ? 'seconds' : null));
  const metric = (name: string) => summary.metrics.find((m) => m.metric === name);

  it('tells the types apart and keeps k6’s names', () => {
    expect(Object.fromEntries(summary.metrics.map((m) => [m.metric, `${m.type} ${m.contains}`]))).toEqual({
      http_reqs: 'counter default',
      http_req_duration: 'trend time',
      'http_req_duration{group:::one}': 'trend time',
      checks: 'rate default',
      vus: 'gauge default',
      my_trend: 'trend time',
      data_sent: 'counter data',
    });
    expect(metric('checks')?.values).toEqual({ passes: 11, fails: 1, rate: 11 / 12 });
  });

  it('turns k6’s "crossed" into "held"', () => {
    expect(metric('http_req_duration')?.thresholds).toEqual([
      { source: 'p(95)<500', ok: true },
      { source: 'avg<1', ok: false },
    ]);
  });

  it('keeps checks and groups at any depth, and the duration', () => {
    expect(summary.groups).toEqual([
      { name: 'one', path: '::one' },
      { name: 'two', path: '::one::two' },
    ]);
    expect(summary.checks).toEqual([
      { name: 'top', path: '::top', passes: 6, fails: 0 },
      { name: 'is 200', path: '::one::is 200', passes: 5, fails: 1 },
    ]);
    expect(summary.testRunDurationMs).toBeCloseTo((6 / 73.067358325528) * 1000, 2);
  });

  it('refuses what is not a summary', () => {
    expect(() => parseSummary('{"metrics":{}}')).toThrow();
    expect(() => parseSummary('no JSON')).toThrow(SyntaxError);
  });
});

/**
 * The figures that k6's own test of `--summary-export` has (TestOldJSONExport in its internal/js): what writes the file is
 * the same in 1.8.1 and 2.2.0 (docs/decisions/k6-versions.md).
 */
it('reads the summary that k6 holds itself to, in 1.x and 2.x', () => {
  const check = (name: string, passes: number, fails: number): object => ({
    [name]: { id: name, name, path: `::child::${name}`, passes, fails },
  });
  const group = (name: string, groups: object, checks: object): object => ({
    ...{ name, path: name && `::${name}`, id: name },
    groups,
    checks,
  });
  const child = group('child', {}, { ...check('check1', 30, 0), ...check('check2', 5, 10) });
  const times = { avg: 15, max: 20, med: 15, min: 10, 'p(90)': 19, 'p(95)': 19.5, 'p(99)': 19.9, count: 3 };
  const { metrics, checks, groups } = parseSummary(
    JSON.stringify({
      root_group: group('', { child }, {}),
      metrics: {
        checks: { value: 0.75, passes: 45, fails: 15, thresholds: { 'rate>70': false } },
        http_reqs: { count: 3, rate: 3, thresholds: { 'rate<100': true } },
        my_trend: { ...times, thresholds: { 'my_trend<1000': true } },
        vus: { value: 1, min: 1, max: 1 },
      },
    }),
  );
  expect(metrics.map(({ metric, type, thresholds }) => [metric, type, ...thresholds])).toEqual([
    ['checks', 'rate', { source: 'rate>70', ok: true }],
    ['http_reqs', 'counter', { source: 'rate<100', ok: false }],
    ['my_trend', 'trend', { source: 'my_trend<1000', ok: false }],
    ['vus', 'gauge'],
  ]);
  expect(metrics[0]!.values).toEqual({ passes: 45, fails: 15, rate: 0.75 });
  expect(metrics[2]!.values).toEqual(times);
  expect(checks.map(({ name, passes, fails }) => [name, passes, fails])).toEqual([
    ['check1', 30, 0],
    ['check2', 5, 10],
  ]);
  expect(groups).toEqual([{ name: 'child', path: '::child' }]);
});

describe('describeExit', () => {
  it('names codes and signals', () => {
    expect(describeExit(0, null).outcome).toBe('finished');
    expect(describeExit(99, null).outcome).toBe('thresholds-failed');
    expect(describeExit(105, null).outcome).toBe('stopped');
    expect(describeExit(107, null)).toEqual({
      outcome: 'failed',
      reason: message('reasons.k6-script-threw'),
    });
    expect(describeExit(null, 'SIGKILL')).toEqual({
      outcome: 'killed',
      reason: message('reasons.k6-killed', { signal: 'SIGKILL' }),
    });
    expect(describeExit(3, null)).toEqual({
      outcome: 'failed',
      reason: message('reasons.k6-exit-code', { exitCode: '3' }),
    });
  });
});
