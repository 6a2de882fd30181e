import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endedTiles } from '@/app/_features/run/ended-tiles';
import { type PageFigures } from '@/app/_features/run/figures';
import { descriptionOf } from '@/app/_features/share/description';
import { exitCodeOf } from '@/cli/run';
import { readRealRuns, type RealRun } from '@/cli/real-runs/recording';
import { replayRealRun } from '@/cli/real-runs/replay';
import { compareRuns } from '@/lib/comparing/compare';
import { trendOf } from '@/lib/comparing/trend';
import { exportPieces } from '@/lib/exporting/pieces';
import { jsonExportSchema } from '@/lib/exporting/json';
import { readExportSource } from '@/lib/exporting/source';
import { importRequestSchema } from '@/lib/importing/facts';
import { readImport } from '@/lib/importing/read-file';
import { rowsOf } from '@/lib/importing/rows';
import { saveImport } from '@/lib/importing/save';
import { type VerdictOutcome } from '@/lib/model/verdict';
import { openTestStore, type TestStore } from '@/lib/runs/fake-run';
import { newsOf } from '@/lib/runs/webhook-body';
import { readRunPage } from '@/lib/runs/read';
import { resultOf } from '@/lib/runs/result';
import { pictureOf } from '@/lib/sharing/share-picture';
import { listRuns } from '@/lib/store/run-list';
import { findRun } from '@/lib/store/runs';
import { defaultColumns } from '@/lib/timeline/overview';
import { type FakeRun, recordFakeRun } from '@/lib/runs/fake-recorded-runs';
import { many, type MadePod } from '@/lib/timeline/made-recording';
import { formatIncidentLength, formatWorstIncident, worstIncidentText } from '@/lib/words/format';
import { wordsOf } from '@/lib/words/catalogue';
import { findJudgedRun, verdictsOf } from './judge-run';
import { listJudgedRuns } from './judged-list';

const noPageFigures: PageFigures = {
  requests: null,
  totalRequests: null,
  rate: null,
  meanRate: null,
  failures: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  ready: null,
  peakReady: null,
  desired: null,
  decided: null,
  inFlight: null,
  waiting: null,
};

/** The load jumps from 5 to 50 at second 6, and ten pods are due for it at second 8. */
const spike: FakeRun = {
  load: (second) => (second <= 6 ? 5 : 50),
  decisions: [
    [2000, 1],
    [8000, 10],
  ],
};
const followed: FakeRun = {
  ...spike,
  waiting: (second) => (second > 6 && second <= 12 ? 45 : 0),
  tookMs: (second) => (second > 6 && second <= 12 ? 900 : 30),
  pods: [{ ready: 0 }, ...many(9, { made: 9000, ready: 12_000 })],
};
const ignored: FakeRun = { ...spike, waiting: (second) => (second > 6 ? 45 : 0) };
const crossed = { metric: 'http_req_duration', source: 'p(95)<10', ok: false };
const open = {
  metric: 'http_req_duration',
  source: 'p(95)<30',
  ok: null,
  between: { least: 29.2, most: 31.9 },
};
const met = { metric: 'http_req_duration', source: 'p(95)<1000', ok: true };

/** By name, the verdict that an expert would give and what its sentence would say, written by hand. */
const made: Record<string, [FakeRun, VerdictOutcome, RegExp]> = {
  steady: [{}, 'pass', /none of 3,000 requests failed/],
  'threshold-met': [{ thresholds: [met] }, 'pass', /the threshold was met/],
  'threshold-crossed': [{ thresholds: [met, crossed] }, 'fail', /p\(95\)<10 was not met \(it was 30 ms\)/],
  'threshold-undecided': [
    { thresholds: [met, open] },
    'unclear',
    /p\(95\)<30 is unclear: its value is between 29 ms and 32 ms/,
  ],
  'threshold-crossed-and-undecided': [{ thresholds: [open, crossed] }, 'fail', /p\(95\)<10 was not met/],
  'all-failed': [{ failed: 3000 }, 'fail', /all 3,000 requests failed/],
  'most-failed': [{ failed: 1800 }, 'fail', /1,800 of 3,000 requests failed/],
  'few-failed': [{ failed: 30 }, 'pass', /30 of 3,000 requests failed/],
  'few-failed-asked': [{ failed: 30, objective: { failedShare: 0.001 } }, 'fail', /0.1 % may/],
  'capacity-followed': [followed, 'pass', /capacity followed once/],
  'allowed-too-few': [
    {
      ...ignored,
      reason: { maxScale: 3 },
      decisions: [
        [2000, 1, 5],
        ...Array.from({ length: 11 }, (_, i): [number, number, number] => [8000 + 2000 * i, 3, 50]),
      ],
      pods: [{ ready: 0 }, ...many(2, { made: 8300, ready: 9000 })],
    },
    'pass',
    /^Passed: none of 3,000 requests failed; pods were missing .*: as many as are allowed were not enough \(from 1 to 3\)/,
  ],
  'never-came': [ignored, 'fail', /10 pods were due .* never came/],
  'came-and-no-use': [
    { ...ignored, pods: followed.pods! },
    'fail',
    /requests still waited 18.0 s after the 10 pods that were due after second \d+ had come/,
  ],
  'came-at-the-end': [
    { ...ignored, pods: [{ ready: 0 }, ...many(9, { made: 9000, ready: 25_000 })] },
    'unclear',
    /requests still waited after the 10 pods .* had come, but that is in doubt: .* ended 5.0 s later/,
  ],
  'never-came-unwatched': [
    { ...ignored, gaps: [{ what: 'pods', fromMs: 7000, toMs: 29_000 }] },
    'unclear',
    /in doubt: pods were not recorded/,
  ],
  'load-unrecorded': [
    { ...ignored, gaps: [{ what: 'concurrency', fromMs: 4000, toMs: 12_000 }] },
    'unclear',
    /in doubt/,
  ],
  'incident-too-long': [
    { ...followed, objective: { incidentMs: 2000 } },
    'fail',
    /capacity followed .* later \(2.0 s is allowed\)/,
  ],
  'incident-allowed': [{ ...followed, objective: { incidentMs: 20_000 } }, 'pass', /^Passed/],
  'too-slow': [
    { ...followed, objective: { slowerThanMs: 500, slowShare: 0.01 } },
    'fail',
    /600 of 3,000 requests took longer than 500 ms \(20 %; 1 % may\)/,
  ],
  'slow-at-the-edge': [
    { objective: { slowerThanMs: 30, slowShare: 0.5 }, state: 'finished' },
    'pass',
    /took longer than 30 ms/,
  ],
  'too-many-waited': [
    { ...followed, objective: { mostWaiting: 10 } },
    'fail',
    /up to 45 requests waited at once/,
  ],
  'too-long-over-limit': [
    { ...followed, objective: { overLimitMs: 1000 } },
    'fail',
    /more was in flight than the ready pods take/,
  ],
  'cold-start': [
    { ...spike, pods: many(10, { made: 9000, ready: 12_000 }), objective: { coldStarts: 0 } },
    'fail',
    /there was 1 cold start/,
  ],
  interrupted: [{ state: 'interrupted' }, 'unclear', /was interrupted before its end/],
  stopped: [{ state: 'stopped' }, 'unclear', /was stopped before its end/],
  broken: [{ state: 'failed' }, 'fail', /the run failed/],
};

/** Recordings of a real Knative, and files of other tools. */
const real: Record<string, [VerdictOutcome, RegExp]> = {
  A: ['pass', /capacity followed/],
  R: ['pass', /none of .* requests failed/],
  W: ['pass', /capacity followed/],
  Z: ['pass', /capacity followed/],
};
const imported: Record<string, [file: string, VerdictOutcome]> = {
  hey: ['10-powershell-utf16/hey-crlf.csv', 'pass'],
  'k6-json': ['15-k6-json-reshaped/array.json', 'fail'],
  'k6-csv': ['17-k6-csv-cells/commas-quotes.csv', 'pass'],
  fortio: ['18-nighthawk-fortio/nighthawk-fortio.json', 'pass'],
};

let test: TestStore;
const ids = new Map<string, string>();

beforeAll(async () => {
  test = await openTestStore(5000);
  const { store } = test;
  for (const [name, [run]] of Object.entries(made)) ids.set(name, await recordFakeRun(store, name, run));
  for (const run of readRealRuns('testdata/real-runs'))
    ids.set(run.name, await recordFakeRun(store, `real-${run.name.toLowerCase()}`, fakeOf(run)));
  for (const [name, [file]] of Object.entries(imported)) {
    const bytes = readFileSync(join('testdata/cases', file));
    const read = await readImport(new Blob([new Uint8Array(bytes)]).stream());
    const request = importRequestSchema.parse({ file, name });
    ids.set(name, (await saveImport(store, read, rowsOf(read), request, 2_000_000))!.id);
  }
}, 300_000);
afterAll(() => test.close());

/** A recording of a real cluster as a run: what the calculation asked for, and the pods that were ready. */
function fakeOf(run: RealRun): FakeRun {
  const [first] = run.looks;
  const startMs = first!.at;
  const seconds = Math.floor((run.looks.at(-1)!.at - startMs) / 1000);
  const inSecond = (second: number) =>
    run.looks.filter(({ at }) => at > startMs + (second - 1) * 1000 && at <= startMs + second * 1000);
  const mean = (values: number[]): number =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const pods: MadePod[] = many(first!.ready, { ready: 0 });
  const live = pods.map((_, i) => i);
  for (const { at, ready } of run.looks) {
    const atMs = at - startMs;
    while (live.length < ready) {
      live.push(pods.length);
      pods.push({ made: atMs - 1, ready: atMs });
    }
    while (live.length > ready) pods[live.pop()!]!.ending = atMs;
  }
  return {
    seconds,
    load: (second) => mean(inSecond(second).map(({ act, pend }) => act + pend)),
    waiting: (second) => mean(inSecond(second).map(({ pend }) => pend)),
    decisions: replayRealRun(run).decisions,
    pods,
    tookMs: () => 500,
  };
}

const all = [
  ...Object.entries(made).map(([name, [, outcome]]) => [name, outcome] as const),
  ...Object.entries(real).map(([name, [outcome]]) => [name, outcome] as const),
  ...Object.entries(imported).map(([name, [, outcome]]) => [name, outcome] as const),
];

describe('what an expert would say', () => {
  it.each([
    ...Object.entries(made).map(([name, [, outcome, said]]) => [name, outcome, said] as const),
    ...Object.entries(real).map(([name, [outcome, said]]) => [name, outcome, said] as const),
  ])('of %s is %s', async (name, outcome, said) => {
    const { verdict } = (await findJudgedRun(test.store, ids.get(name)!))!;
    expect(verdict?.said.text).toMatch(said);
    expect(verdict?.outcome).toBe(outcome);
  });
});

describe.each(all)('the verdict of %s', (name, outcome) => {
  it('is the same on every page, in every export and for the exit code', async () => {
    const { store } = test;
    const id = ids.get(name)!;
    const run = (await findJudgedRun(store, id))!;
    const { said } = run.verdict!;
    expect(run.verdict?.outcome).toBe(outcome);
    const shown = { outcome, said };

    const list = await listRuns(store, { page: 1, pageSize: 200, sort: 'createdAtMs', order: 'desc' });
    expect(list.runs.find((one) => one.id === id)?.verdict).toEqual(shown);
    const some = await listJudgedRuns(store, {
      verdict: outcome,
      page: 1,
      pageSize: 200,
      sort: 'createdAtMs',
      order: 'desc',
    });
    expect(some.runs.map((one) => one.id)).toContain(id);
    expect(new Set(some.runs.map((one) => one.verdict?.outcome))).toEqual(new Set([outcome]));
    expect(some.verdicts).toMatchObject({ [outcome]: some.total, unjudged: 0 });
    expect((await verdictsOf(store, [id]))[id]).toEqual(shown);
    const page = await readRunPage(store, id, { columns: defaultColumns, range: null });
    expect(page?.run.verdict).toEqual(run.verdict);
    const trend = await trendOf(store, { service: run.service.name, script: run.scriptName });
    expect(trend.runs.find((one) => one.id === id)?.verdict).toEqual(shown);
    const compared = await compareRuns(store, { runs: [id, ids.get('steady')!] });
    expect(compared?.runs.find((one) => one.id === id)?.verdict).toEqual(shown);

    const { worstIncidentMs, worstIncidentOpen } = run.verdict!.figures;
    const worst = { worstIncidentMs, worstIncidentOpen };
    expect(run.figures).toMatchObject(worst);
    expect(list.runs.find((one) => one.id === id)?.figures).toMatchObject(worst);
    expect(page?.run.figures).toMatchObject(worst);
    expect(trend.runs.find((one) => one.id === id)?.figures).toMatchObject(worst);
    expect(newsOf(run, 'http://test', 1).figures).toMatchObject(worst);
    const place = compared!.runs.findIndex((one) => one.id === id);
    const { values, isLeast } = compared!.figures.find(({ key }) => key === 'worstIncident')!;
    expect({ ms: values[place], isLeast: isLeast[place] }).toEqual({
      ms: worstIncidentMs,
      isLeast: worstIncidentOpen === true,
    });
    const short = formatWorstIncident(worst, 'en');
    expect(pictureOf(run).figures).toContainEqual({ label: 'Worst incident', value: short });
    const tile = endedTiles(run, noPageFigures, wordsOf('en'), 'en')!.find(({ key }) => key === 'incident')!;
    expect(tile.value).toBe(run.verdict!.figures.incidents === 0 ? 'none' : short);
    const inWords = worstIncidentText(worst, wordsOf('en'), 'en');
    if (worstIncidentMs !== null) expect(descriptionOf([run], wordsOf('en'), 'en')).toContain(inWords);
    expect(await file(id, 'markdown')).toContain(` ${inWords} |`);

    const result = (await resultOf(store, id, 'http://test'))!;
    expect(result.verdict).toEqual(run.verdict);
    // hey's file names no service: what is not known is not told, in brackets or as hey itself.
    expect(result.story.join('\n')).not.toMatch(/\(\)|was run against hey/);
    expect(result).toMatchObject(worst);
    const isUnfinished = run.state !== 'finished';
    const fails = outcome === 'fail' || isUnfinished;
    expect(exitCodeOf(result)).toBe(fails ? 1 : 0);

    const json = jsonExportSchema.parse(JSON.parse(await file(id, 'json')));
    expect(json.run.verdict).toEqual(run.verdict);
    expect(json.run.figures).toMatchObject(worst);
    // An incident's parts add up to its length in each export, as they do where it is printed.
    const report = await file(id, 'markdown');
    for (const { kind, printed } of json.incidents ?? []) {
      expect(printed!.parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(printed!.totalMs);
      if (kind === 'short') expect(report).toContain(` ${formatIncidentLength(printed!.totalMs, 'en')} |`);
    }
    const junit = await file(id, 'junit');
    expect(Number(/<testsuites [^>]*failures="(\d+)"/.exec(junit)?.[1]) > 0).toBe(fails);
    expect(junit).toContain(`name="verdict" value="${outcome}"`);
    const words: Record<VerdictOutcome, string> = {
      pass: '✅ Passed',
      fail: '❌ Failed',
      unclear: '❔ Unclear',
    };
    expect((await file(id, 'markdown')).split('\n')[0]).toContain(words[outcome]);
    expect(pictureOf(run).verdict).toMatchObject({ outcome, said: said.text });
  });
});

async function file(id: string, format: 'json' | 'junit' | 'markdown'): Promise<string> {
  const source = (await readExportSource(test.store, id, format === 'json'))!;
  let text = '';
  for await (const piece of exportPieces(test.store, source, { format, lang: 'en', nowMs: 1 }))
    text += piece as string;
  return text;
}

describe('a verdict that is kept', () => {
  it('is made anew when the objective of the service changes, and says by which it was made', async () => {
    const { store } = test;
    const id = ids.get('capacity-followed')!;
    const before = (await findJudgedRun(store, id))!;
    expect(before.verdict).toMatchObject({ outcome: 'pass', objectiveOf: 'none' });
    await store.service.update({ where: { id: before.service.id }, data: { createdAtMs: 2 } });
    expect((await findRun(store, id))!.verdict).toEqual(before.verdict);
    const { replaceService, findService } = await import('@/lib/store/services');
    const service = (await findService(store, before.service.id))!;
    const asked = (incidentMs: number | null) => ({
      ...service,
      objective: { ...before.verdict!.objective, incidentMs },
    });
    await replaceService(store, asked(1000), 3);
    expect((await findRun(store, id))!.verdict).toBeNull();
    const failed = { verdict: 'fail', service: service.name, page: 1, pageSize: 200 } as const;
    const found = await listJudgedRuns(store, { ...failed, sort: 'createdAtMs', order: 'desc' });
    expect(found.runs.map((one) => one.id)).toContain(id);
    expect((await findJudgedRun(store, id))!.verdict).toMatchObject({
      outcome: 'fail',
      objectiveOf: 'service',
      objective: { incidentMs: 1000 },
    });
    await replaceService(store, asked(null), 4);
    expect((await findJudgedRun(store, id))!.verdict).toEqual(before.verdict);
  });
});
