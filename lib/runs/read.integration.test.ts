import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Store } from '@/lib/store/client';
import { newDatabase } from '@/lib/store/fake-database';
import { dropColumns } from '@/lib/store/overview';
import {
  appendConcurrency,
  appendDecision,
  appendPodEvents,
  appendPoints,
  ensureSeries,
} from '@/lib/store/recording';
import { leadRun } from '@/lib/store/lead-run';
import { insertRun, moveRun } from '@/lib/store/runs';
import { registerService } from './fake-run';
import { defaultColumns } from '@/lib/timeline/overview';
import { unpackOverview } from '@/lib/timeline/overview-encode';
import { readRunPage } from './read';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-page-'));
const seconds = 3000;
let store: Store;

beforeAll(async () => {
  store = await openStore(await newDatabase(folder));
  const service = await registerService(store, 's', 0);
  await insertRun(store, {
    id: 'long',
    run: { name: 'long', service, scriptName: 'soak', scriptText: '', env: {}, options: {}, tags: [] },
    ingestSecretHash: '',
    createdAtMs: 0,
  });
  await leadRun(store, 'long', 'running', { originMs: 0, loadStartMs: 0 });
  const seriesId = await ensureSeries(store, 'long', {
    metric: 'http_reqs',
    type: 'counter',
    unit: 'none',
    tags: { status: '200' },
  });
  await appendPoints(
    store,
    'long',
    Array.from({ length: seconds }, (_, i) => ({
      seriesId,
      atMs: (i + 1) * 1000,
      value: 7,
      histogram: null,
    })),
  );
  await appendPodEvents(store, 'long', [
    {
      atMs: 500,
      serverAtMs: null,
      type: 'ADDED',
      uid: 'p',
      name: 'p',
      revision: null,
      phase: 'ready',
      reason: null,
      resourceVersion: '1',
    },
  ]);
  await appendConcurrency(store, 'long', {
    atMs: 1000,
    source: 'gateway',
    active: 5,
    waiting: 0,
    total: 5,
    instant: false,
  });
  await appendDecision(store, 'long', {
    atMs: 400,
    valid: true,
    readyPods: 0,
    desiredPods: 1,
    replicas: 1,
    stableAverage: 5,
    panicAverage: 5,
    panicMode: false,
    boundBy: 'stable',
    reason: {},
  });
});
afterAll(async () => {
  await store.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

const whole = { columns: defaultColumns, range: null };

it('keeps an ended run’s page, the same as it was made; a run under way is read anew each time', async () => {
  await readRunPage(store, 'long', whole);
  expect(await store.runPageRecord.count()).toBe(0);
  await moveRun(store, 'long', 'finished', { loadEndMs: seconds * 1000, endedAtMs: seconds * 1000 });
  const made = await readRunPage(store, 'long', whole);
  expect(await store.runPageRecord.count()).toBe(1);
  expect(await readRunPage(store, 'long', whole)).toEqual(made);
  const { columns } = unpackOverview(made!.overview);
  expect(columns.length).toBeLessThanOrEqual(defaultColumns + 1);
  expect(columns.reduce((sum, column) => sum + column.requests, 0)).toBe(7 * seconds);
});

it('gives each second of a short range, and reads the run again once its columns were dropped', async () => {
  const part = unpackOverview(
    (await readRunPage(store, 'long', {
      columns: defaultColumns,
      range: { fromMs: 100_000, toMs: 160_000 },
    }))!.overview,
  );
  const inside = part.columns.filter(({ fromMs, toMs }) => fromMs >= 100_000 && toMs <= 160_000);
  expect(inside).toHaveLength(60);
  expect(inside.every(({ requests }) => requests === 7)).toBe(true);
  await store.metricPoint.deleteMany({ where: { runId: 'long', atMs: { gt: 1_500_000 } } });
  await dropColumns(store, 'long');
  const again = unpackOverview((await readRunPage(store, 'long', whole))!.overview);
  expect(again.columns.reduce((sum, column) => sum + column.requests, 0)).toBe(7 * 1500);
});
