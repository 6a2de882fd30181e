import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSummary } from '@/lib/loadgen/summary';
import { openStore, type Store } from '@/lib/store/client';
import { newDatabase } from '@/lib/store/fake-database';
import { type Run } from '@/lib/model/run';
import { importRequestSchema } from '@/lib/importing/facts';
import { readImport } from '@/lib/importing/read-file';
import { rowsOf } from '@/lib/importing/rows';
import { saveImport } from '@/lib/importing/save';
import { csvFiles } from './csv';
import { jsonExport, jsonExportSchema } from './json';
import { junit } from './junit';
import { markdown } from './markdown';
import { verdictOf } from '@/lib/judging/judge-run';
import { overviewOf } from '@/lib/timeline/overview';
import { incidentPartNames } from '@/lib/model/incident';
import { lagPartNames } from '@/lib/model/lag-part';
import { maskOf } from '@/lib/masking/mask';
import { correlate } from '@/lib/timeline/correlate';
import { splitThenRollout } from '@/testdata/revisions/split-then-rollout';
import { wordsOf } from '@/lib/words/catalogue';
import { k6Summary } from './k6-summary';
import { readExportSource, type ExportSource } from './source';
import { zipOf } from './zip';

let folder = '';
let store: Store;
let run: Run;
let source: ExportSource;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scaletrace-exports-'));
  store = await openStore(await newDatabase(folder));
  const text = await readFile(new URL('../importing/fixtures/k6.json', import.meta.url));
  const file = await readImport(new Blob([text]).stream());
  run = (await saveImport(
    store,
    file,
    rowsOf(file),
    importRequestSchema.parse({ file: 'k6.json', name: 'a "run" <b>', tags: 'one, two' }),
    Date.now(),
  ))!;
  await store.run.update({
    where: { id: run.id },
    data: {
      envJson: JSON.stringify({ API_TOKEN: 'hunter2-hunter2' }),
      notes: 'the token is hunter2-hunter2',
    },
  });
  source = (await readExportSource(store, run.id, true))!;
});

afterAll(async () => {
  await store.$disconnect();
  await rm(folder, { recursive: true });
});

async function joined(pieces: AsyncIterable<string | Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const piece of pieces)
    chunks.push(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
  return Buffer.concat(chunks);
}

it('keeps an imported run whole, with figures, seconds and what was in flight', () => {
  expect(run).toMatchObject({
    state: 'finished',
    engine: 'k6',
    importedFrom: 'k6-json',
    tags: ['one', 'two'],
    figures: { requests: 40, failures: 0, thresholdsMet: true },
  });
  expect(source.recording.concurrency.length).toBeGreaterThan(0);
  expect(source.recording.concurrency.every(({ source: from }) => from === 'littles-law')).toBe(true);
});

it('writes JSON of its schema, without the secret', async () => {
  const text = strFromU8(await joined(jsonExport(store, source, 1)));
  const parsed = jsonExportSchema.parse(JSON.parse(text));
  expect(parsed.run.figures).toEqual(run.figures);
  expect(parsed.recording.points).toHaveLength(source.recording.points.length);
  expect(text).not.toContain('hunter2');
});

it('writes tables whose sums are the run’s figures', async () => {
  const files = unzipSync(await joined(zipOf(csvFiles(store, source))));
  const [head, ...rows] = strFromU8(files['requests.csv']!)
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  const column = head!.indexOf('requests');
  expect(rows.reduce((sum, row) => sum + Number(row[column]), 0)).toBe(40);
  expect(strFromU8(files['run.csv']!)).toContain('name,"a ""run"" <b>"');
});

it('writes a summary that reads as k6’s own does, and JUnit with its thresholds', () => {
  const summary = parseSummary(JSON.stringify(k6Summary(source.run)));
  expect(summary.metrics.find(({ metric }) => metric === 'http_req_duration')).toMatchObject({
    thresholds: [{ source: 'p(95)<1000', ok: true }],
  });
  expect(summary.checks).toEqual([expect.objectContaining({ name: 'status is 200', passes: 40, fails: 0 })]);
  const xml = junit(source);
  expect(xml).toContain('name="http_req_duration p(95)&lt;1000"');
  expect(xml).toContain('name="a &quot;run&quot; &lt;b>"');
});

it('says of a threshold of which it cannot be told that it is unclear, and stops no build by it', async () => {
  const open = { source: 'p(95)<30', ok: null, between: { least: 29.2, most: 31.9 } };
  const metrics = run.summary!.metrics.map((metric) => ({
    ...metric,
    thresholds: metric.metric === 'http_req_duration' ? [open] : [],
  }));
  const doubted = { ...run, summary: { ...run.summary!, metrics } };
  const verdict = await verdictOf(store, doubted, overviewOf(source.recording, run.loadStartMs), null);
  const told: ExportSource = { ...source, run: { ...doubted, verdict } };
  expect(junit(told)).toMatch(
    /name="http_req_duration p\(95\)&lt;30"[^]*?<skipped message="[^"]*its value is between 29 ms and 32 ms/,
  );
  expect(markdown(told, { story: [], assumed: [] }, wordsOf('en'), 'en')).toContain(
    '| ❔ unclear | `http_req_duration` | `p(95)<30` |',
  );
  const exported = k6Summary(told.run).metrics.http_req_duration;
  expect(exported).not.toHaveProperty('thresholds');
});

it('tells of each revision where a run had several', async () => {
  const { run: recorded, recording } = splitThenRollout();
  const overview = overviewOf(recording, recorded.loadStartMs);
  const several = { ...recorded, verdict: await verdictOf(store, recorded, overview, null) };
  const told: ExportSource = {
    run: several,
    mask: maskOf(several),
    recording,
    correlation: correlate(recording, several.loadStartMs, several.loadEndMs),
  };
  const files = unzipSync(await joined(zipOf(csvFiles(store, told))));
  const rowsOf = (name: string): Record<string, string>[] =>
    parse(strFromU8(files[name]!), { columns: true });
  const names = ['shop-00001', 'shop-00002'];
  const shares = rowsOf('revisions.csv');
  expect(shares.map(({ revision }) => revision)).toEqual(names);
  expect(shares.reduce((sum, { share }) => sum + Number(share), 0)).toBeCloseTo(1, 6);
  for (const file of ['scale-events.csv', 'incidents.csv', 'decisions.csv'])
    expect(new Set(rowsOf(file).map(({ revision }) => revision)), file).toEqual(new Set(names));
  for (const { due_s, seen_s, done_s, act_ms, start_ms, lag_ms, ...row } of rowsOf('scale-events.csv')) {
    if (row.outcome !== 'matched' || !done_s) continue;
    expect([Number(act_ms), Number(start_ms), Number(lag_ms)], row.id).toEqual(
      [
        [due_s, seen_s],
        [seen_s, done_s],
        [due_s, done_s],
      ].map(([from, to]) => Math.round(1000 * (Number(to) - Number(from)))),
    );
    const parts = lagPartNames.map((part) => row[`lag_${part}_ms`]!).filter((ms) => ms !== '');
    if (parts.length > 0) expect(parts.reduce((sum, ms) => sum + Number(ms), 0)).toBe(Number(lag_ms));
  }
  for (const row of rowsOf('incidents.csv')) {
    const parts = incidentPartNames.reduce((sum, part) => sum + Number(row[`${part}_ms`]), 0);
    expect(Number(row.duration_ms)).toBe(parts);
    expect(Number(row.duration_ms)).toBe(Math.round(1000 * (Number(row.end_s) - Number(row.start_s))));
  }
  for (const name of Object.keys(files).filter((name) => name.endsWith('.csv')))
    for (const [column, cell] of rowsOf(name).flatMap(Object.entries<string>))
      if (/_(s|ms)$/.test(column)) expect(cell, `${name} ${column}`).toMatch(/^(-?\d+(\.\d{1,3})?)?$/);
  for (const { ready, ...pods } of rowsOf('pods.csv'))
    expect(Number(pods['ready_shop-00001']) + Number(pods['ready_shop-00002'])).toBe(Number(ready));
  const parsed = jsonExportSchema.parse(JSON.parse(strFromU8(await joined(jsonExport(store, told, 1)))));
  expect(parsed.revisions!.map(({ revision }) => revision)).toEqual(names);
  expect(parsed.scaleEvents.every(({ revision }) => names.includes(String(revision)))).toBe(true);
  const text = markdown(told, { story: [], assumed: [] }, wordsOf('en'), 'en');
  expect(text).toContain('### Revisions');
  expect(text).toContain('`shop-00002`');
  // An event that nobody judges, and a check of the verdict.
  const verdict = several.verdict;
  const missing = told.correlation.incidents.find(({ kind }) => kind === 'short')!;
  expect(verdict.checks.map(({ revision }) => revision)).toContain(missing.revision);
  expect(junit(told)).toContain(`${missing.revision}, second ${(missing.startMs / 1000).toFixed(1)}`);
});

it('says nothing of revisions where a run had one', async () => {
  const files = unzipSync(await joined(zipOf(csvFiles(store, source))));
  expect(Object.keys(files)).not.toContain('revisions.csv');
  expect(strFromU8(files['scale-events.csv']!)).not.toContain('revision');
  expect(strFromU8(await joined(jsonExport(store, source, 1)))).not.toContain('"revisions"');
});

it('tells of an imported load of several protocols by what each counts', async () => {
  const bytes = await readFile(new URL('../importing/fixtures/k6-mixed.json', import.meta.url));
  const file = await readImport(new Blob([bytes]).stream());
  const request = importRequestSchema.parse({ file: 'k6-mixed.json', name: 'mixed' });
  const { id, ...mixed } = (await saveImport(store, file, rowsOf(file), request, Date.now()))!;
  expect(mixed).toMatchObject({
    protocols: ['http', 'grpc', 'websocket'],
    figures: { requests: 9, failures: 2, p95Ms: expect.any(Number) as unknown },
  });
  const imported = (await readExportSource(store, id, true))!;
  const tables = unzipSync(await joined(zipOf(csvFiles(store, imported))));
  const sumOf = (table: string, column: string): number =>
    parse<Record<string, string>>(strFromU8(tables[table]!), { columns: true, bom: true }).reduce(
      (sum, row) => sum + Number(row[column]),
      0,
    );
  expect([sumOf('requests.csv', 'requests'), sumOf('requests.csv', 'failures')]).toEqual([9, 2]);
  // A stream of one message there and three back, and two sessions that were opened.
  const { values } = imported.run.summary!.metrics.find(({ metric }) => metric === 'ws_msgs_received')!;
  expect(sumOf('protocols.csv', 'messages_received')).toBe(3 + values.count!);
  const text = markdown(imported, { story: [], assumed: [] }, wordsOf('en'), 'en');
  expect(text).toMatch(/requests, calls and sessions/i);
});
