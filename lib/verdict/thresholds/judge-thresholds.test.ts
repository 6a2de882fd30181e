import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { thresholdRunSchema, type ThresholdRun } from '@/lib/loadgen/fake-threshold-run';
import { createIngest } from '@/lib/loadgen/ingest';
import { createLoadIngest } from '@/lib/loadgen/load-ingest';
import { type RunSummary } from '@/lib/model/run';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { ThresholdJudge, type JudgedThreshold } from './judge-thresholds';
import { nameInSummary } from './metric-name';
import { parseExpression } from './expression';
import { type RecordedPoint } from './recorded';

const folder = new URL('../../../testdata/thresholds/', import.meta.url);
const recorded = readdirSync(folder).filter((file) => file.endsWith('.json.gz'));
const read = (file: string): ThresholdRun =>
  thresholdRunSchema.parse(JSON.parse(gunzipSync(readFileSync(new URL(file, folder))).toString()));

/** What a merge of several runners' summaries still knows: no percentile, and no threshold. */
function totalsOf(summary: RunSummary): RunSummary {
  return {
    ...summary,
    metrics: summary.metrics.map((metric) => ({
      ...metric,
      values: Object.fromEntries(Object.entries(metric.values).filter(([name]) => !/^(med|p\()/.test(name))),
      thresholds: [],
    })),
  };
}

function judged(run: ThresholdRun, summary: RunSummary | null): JudgedThreshold[] {
  const judge = new ThresholdJudge(run.options);
  const ingest = createIngest({ script: run.scriptText });
  for (const { atMs, base64 } of run.pushes) judge.take(ingest.push(Buffer.from(base64, 'base64'), atMs));
  const seconds = run.summary.testRunDurationMs / 1000;
  return judge.judge(summary, { least: seconds, most: seconds });
}

/** What differs from k6's own verdict: another, or a value outside of what we take for possible. */
function differences(run: ThresholdRun, ours: readonly JudgedThreshold[]): unknown[] {
  return ours.flatMap(({ asked, ok, between, unknown }) => {
    const own = run.summary.metrics.find(({ metric }) => metric === nameInSummary(asked.name));
    const theirs = own?.thresholds.find(({ source }) => source === asked.source);
    const told = { name: asked.name, source: asked.source, theirs: theirs?.ok, ok, between };
    if (ok !== null) return ok === theirs?.ok ? [] : [told];
    if (unknown) return [];
    const { method = '', percentile = null } = parseExpression(asked.source) ?? {};
    const value = own?.values[percentile === null ? method : `p(${percentile})`];
    const isWithin = value === undefined || (value >= between!.least && value <= between!.most);
    return theirs !== undefined && isWithin ? [] : [{ ...told, value }];
  });
}

describe.each(recorded)('%s', (file) => {
  const run = read(file);
  it('is judged as k6 did, by what it pushed alone', () => {
    expect(differences(run, judged(run, null))).toEqual([]);
  });
  it('is judged as k6 did, by its totals too', () => {
    expect(differences(run, judged(run, totalsOf(run.summary)))).toEqual([]);
  });
});

it('leaves open at the end what lies within one bucket, and the last value of several series, and nothing else', () => {
  const open = recorded.flatMap((file) => {
    const run = read(file);
    return judged(run, totalsOf(run.summary)).filter(({ ok }) => ok === null);
  });
  const undecided = open.filter(({ unknown }) => unknown === null);
  expect(undecided.length).toBeGreaterThan(0);
  for (const { asked, between } of undecided) {
    const { method, limit } = parseExpression(asked.source)!;
    expect(between!.least <= limit && limit <= between!.most).toBe(true);
    expect(['p', 'med', 'value']).toContain(method);
  }
  expect(new Set(open.flatMap(({ unknown }) => unknown?.code ?? []))).toEqual(
    new Set(['thresholds.tag-left-out']),
  );
});

/** Two runners that do exactly the same: means, shares and extremes stay, and counts are twice as many. */
it.each(recorded)('judges two runners together as it does one: %s', (file) => {
  const run = read(file);
  const judge = new ThresholdJudge(run.options);
  const ingest = createLoadIngest({ runners: 2, script: run.scriptText });
  for (const { atMs, base64 } of run.pushes)
    for (const runner of [1, 2]) {
      const { second } = ingest.push(Buffer.from(base64, 'base64'), atMs, { runner });
      if (second) judge.take(second.points);
    }
  const seconds = run.summary.testRunDurationMs / 1000;
  const together = judge.judge(null, { least: seconds, most: seconds });
  const alone = judged(run, null);
  const counted = alone.filter(({ type }) => type === 'counter');
  expect(together.flatMap(({ type, between }) => (type === 'counter' ? [between] : []))).toEqual(
    counted.map(({ between }) => between && { least: 2 * between.least, most: 2 * between.most }),
  );
  // Of one value alone the sum tells it: of two only their bucket does.
  const others = together.filter(
    ({ asked, type, ok }) =>
      type !== 'counter' &&
      !/^\s*(p\(|med)/.test(asked.source) &&
      !asked.name.startsWith('vus') &&
      ok !== null,
  );
  const told = (all: readonly JudgedThreshold[]): unknown[] => all.map(({ asked, ok }) => [asked, ok]);
  expect(told(others)).toEqual(
    told(
      alone.filter(({ asked }) =>
        others.some((one) => one.asked.name === asked.name && one.asked.source === asked.source),
      ),
    ),
  );
});

describe('while the load goes on', () => {
  const run = read('abort.json.gz');
  const crossed = (elapsedS: number, taken: number): string | null => {
    const judge = new ThresholdJudge(run.options);
    const ingest = createIngest();
    for (const { atMs, base64 } of run.pushes.slice(0, taken))
      judge.take(ingest.push(Buffer.from(base64, 'base64'), atMs));
    return judge.aborting({ least: elapsedS, most: elapsedS })?.source ?? null;
  };

  it('ends it by what is crossed, after its delay and not before', () => {
    expect(crossed(3, 3)).toBeNull();
    expect(crossed(3.1, 3)).toBe('p(95)<20');
  });

  it('tells how each stands: undecided within the value’s bucket alone, and with what it may end', () => {
    const standing = (limitMs: number, taken: number): RunningThreshold => {
      const judge = new ThresholdJudge({
        thresholds: {
          http_req_duration: [{ threshold: `p(95)<${limitMs}`, abortOnFail: true, delayAbortEval: '3s' }],
        },
      });
      const ingest = createIngest();
      for (const { atMs, base64 } of run.pushes.slice(0, taken))
        judge.take(ingest.push(Buffer.from(base64, 'base64'), atMs));
      return judge.running({ least: 3, most: 3 })[0]!;
    };
    const waiting = standing(20, 0);
    expect(waiting).toMatchObject({ ok: null, abortOnFail: true, delayAbortMs: 3000 });
    expect(waiting.between).toBeUndefined();
    const { least, most } = standing(20, 3).between as { least: number; most: number };
    expect(most / least).toBeLessThan(2 ** (1 / 8) + 1e-6);
    expect([least / 2, (least + most) / 2, most * 2].map((limitMs) => standing(limitMs, 3).ok)).toEqual([
      false,
      null,
      true,
    ]);
  });

  it('tells why one cannot be evaluated from the first push on', () => {
    const judge = new ThresholdJudge({ thresholds: { 'http_reqs{vu:1}': ['count>0'] } });
    expect(judge.running({ least: 0, most: 1 })).toMatchObject([
      { ok: null, unknown: { code: 'thresholds.tag-left-out' } },
    ]);
  });

  it('does not judge what has no values yet, as k6 does not', () => {
    const options = {
      thresholds: { made: [{ threshold: 'count>0', abortOnFail: true, delayAbortEval: null }] },
    };
    const judge = new ThresholdJudge(options);
    expect(judge.aborting({ least: 5, most: 5 })).toBeNull();
    expect(judge.judge(null, { least: 5, most: 5 })[0]?.ok).toBe(false);
  });

  it('is not ended by what is undecided', () => {
    const rate = (check: string, value: number): RecordedPoint => ({
      metric: 'checks',
      type: 'rate',
      unit: 'none',
      tags: { check },
      value,
      histogram: null,
    });
    const judge = new ThresholdJudge({
      thresholds: { checks: [{ threshold: 'rate>0.9', abortOnFail: true }] },
    });
    judge.take([rate('one', 1), rate('other', 0.5)]);
    expect(judge.aborting({ least: 5, most: 5 })).toBeNull();
    judge.take([rate('one', 0.8)]);
    expect(judge.aborting({ least: 6, most: 6 })?.source).toBe('rate>0.9');
  });
});

describe('what cannot be evaluated is never met:', () => {
  const elapsed = { least: 10, most: 10 };
  const unknownOf = (options: Record<string, unknown>, points: RecordedPoint[] = []): unknown => {
    const judge = new ThresholdJudge(options);
    judge.take(points);
    const [{ ok, unknown } = { ok: true, unknown: null }] = judge.judge(null, elapsed);
    return [ok, unknown?.code];
  };
  const requests = (tags: Record<string, string>): RecordedPoint => ({
    metric: 'http_reqs',
    type: 'counter',
    unit: 'none',
    tags,
    value: 1,
    histogram: null,
  });

  it.each([
    ['a tag that k6 is told to leave out', 'http_reqs{url:http://x}', 'thresholds.tag-left-out'],
    ['a tag that no series has', 'http_reqs{vu:1}', 'thresholds.tag-left-out'],
    ['an empty tag, which is not pushed', `http_reqs{group:""}`, 'thresholds.empty-tag'],
    ['what has no such value', 'http_reqs{status:200', 'thresholds.unreadable'],
  ])('%s', (_, name, code) => {
    const options = { thresholds: { [name]: ['count>=0'] }, systemTags: ['status', 'group'] };
    expect(unknownOf(options, [requests({ status: '200' })])).toEqual([null, code]);
  });

  it('a method that the metric does not have', () => {
    expect(unknownOf({ thresholds: { http_reqs: ['p(95)<5'] } }, [requests({})])).toEqual([
      null,
      'thresholds.unreadable',
    ]);
  });

  it('a part by tags, where there were more series than are told apart; the whole is still known', () => {
    const points = [requests({ status: '200' }), requests({ overflow: 'true' })];
    expect(unknownOf({ thresholds: { 'http_reqs{status:200}': ['count>0'] } }, points)).toEqual([
      null,
      'thresholds.too-many-series',
    ]);
    expect(unknownOf({ thresholds: { http_reqs: ['count==2'] } }, points)).toEqual([true, undefined]);
  });
});
