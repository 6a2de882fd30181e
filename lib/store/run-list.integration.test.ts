import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunState, type Service } from '@/lib/model/run';
import { openStore, type Store } from './client';
import { newDatabase } from './fake-database';
import { deleteRuns, listDeletedBefore, removeRun, restoreRuns } from './deleted-runs';
import { appendLog, appendPoints, ensureSeries } from './recording';
import { listRunFacets, listRuns } from './run-list';
import { runSortSchema, type RunQuery } from '@/lib/model/run-query';
import { leadRun } from './lead-run';
import { editRun, findRun, insertRun, moveRun } from './runs';
import { registerService } from '@/lib/runs/fake-run';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-list-'));
let store: Store;
let services: Service[];
const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);

async function add(
  index: number,
  {
    service = 0,
    script = 'tutorial',
    state = 'finished',
    tags = [],
    p95Ms = null,
    failures = 0,
    requests = 100,
  }: {
    service?: number;
    script?: string;
    state?: RunState;
    tags?: string[];
    p95Ms?: number | null;
    failures?: number;
    requests?: number;
  },
): Promise<void> {
  const run = {
    name: `Run ${index}`,
    service: services[service]!,
    scriptName: script,
    scriptText: '',
    env: {},
    options: {},
    tags,
  };
  await insertRun(store, {
    id: `${index}`,
    run,
    ingestSecretHash: '',
    createdAtMs: startMs + index * hourMs,
  });
  await leadRun(store, `${index}`, state, {
    p95Ms,
    failures,
    requests,
    loadStartMs: 0,
    loadEndMs: 1000 * index,
  });
}

beforeAll(async () => {
  store = await openStore(await newDatabase(folder));
  const one = (name: string): Promise<Service> => registerService(store, name, startMs);
  services = [await one('checkout'), await one('search')];
  await add(1, { tags: ['nightly', 'v1'], p95Ms: 30 });
  await add(2, { script: 'ramp', tags: ['nightly'], p95Ms: 10, failures: 5, requests: 10 });
  await add(3, { service: 1, state: 'failed', failures: 10, requests: 1000 });
  await add(4, { service: 1, script: 'ramp', p95Ms: 20 });
  await editRun(store, '4', { notes: 'After the 100% cache_warmup was switched off' });
});

afterAll(async () => {
  await store.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

async function ids(query: Partial<RunQuery>): Promise<string[]> {
  const { runs, total } = await listRuns(store, {
    page: 1,
    pageSize: 25,
    sort: 'createdAtMs',
    order: 'desc',
    ...query,
  });
  expect(total).toBe(runs.length);
  return runs.map(({ id }) => id);
}

describe('listRuns', () => {
  it.each<[Partial<RunQuery>, string[]]>([
    [{}, ['4', '3', '2', '1']],
    [{ service: 'search' }, ['4', '3']],
    [{ script: 'ramp' }, ['4', '2']],
    [{ state: 'failed' }, ['3']],
    [{ tag: 'nightly' }, ['2', '1']],
    [{ service: 'checkout', tag: 'v1' }, ['1']],
    [{ fromMs: startMs + 2 * hourMs, toMs: startMs + 4 * hourMs }, ['3', '2']],
    [{ q: 'CACHE off' }, ['4']],
    [{ q: 'night' }, ['2', '1']],
    [{ q: 'search ramp' }, ['4']],
    // What LIKE takes for wildcards is meant as it is written.
    [{ q: '0%' }, ['4']],
    [{ q: 'e_w' }, ['4']],
    [{ q: "'; DROP TABLE Run" }, []],
  ])('finds by %j', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it('sorts unknown values last, both ways', async () => {
    expect(await ids({ sort: 'p95Ms', order: 'asc' })).toEqual(['2', '4', '1', '3']);
    expect(await ids({ sort: 'p95Ms', order: 'desc' })).toEqual(['1', '4', '2', '3']);
  });

  it('sorts failures by their share, as the list shows them', async () => {
    expect((await ids({ sort: 'failures', order: 'desc' })).slice(0, 2)).toEqual(['2', '3']);
  });

  it.each(runSortSchema.options)('can sort by %s', async (sort) => {
    expect(await ids({ sort })).toHaveLength(4);
  });

  it('puts pinned runs first and pages', async () => {
    await editRun(store, '1', { pinned: true });
    expect(await ids({})).toEqual(['1', '4', '3', '2']);
    const second = await listRuns(store, { page: 2, pageSize: 3, sort: 'createdAtMs', order: 'desc' });
    expect(second).toMatchObject({
      total: 4,
      runs: [{ id: '2', tags: ['nightly'], serviceName: 'checkout' }],
    });
    await editRun(store, '1', { pinned: false });
  });

  it('offers what runs have', async () => {
    expect(await listRunFacets(store)).toEqual({
      services: ['checkout', 'search'],
      scripts: ['ramp', 'tutorial'],
      tags: ['nightly', 'v1'],
    });
  });
});

describe('a deleted run', () => {
  it('is nowhere until it is restored, and gone once it is removed', async () => {
    const seriesId = await ensureSeries(store, '1', {
      metric: 'http_reqs',
      type: 'counter',
      unit: 'none',
      tags: {},
    });
    await appendPoints(
      store,
      '1',
      Array.from({ length: 6000 }, (_, i) => ({ seriesId, atMs: i * 1000, value: 1, histogram: null })),
    );
    await appendLog(store, '1', [{ atMs: 0, level: 'info', text: 'x' }]);

    expect(await deleteRuns(store, ['1', 'none'], startMs)).toEqual(['1']);
    expect(await findRun(store, '1')).toBeNull();
    expect(await editRun(store, '1', { name: 'x' })).toBeNull();
    expect(await ids({})).toEqual(['4', '3', '2']);
    expect((await listRunFacets(store)).tags).toEqual(['nightly']);
    expect(await listDeletedBefore(store, startMs)).toEqual([]);
    expect(await listDeletedBefore(store, startMs + 1)).toEqual(['1']);

    expect(await restoreRuns(store, ['1', '2'])).toEqual(['1']);
    expect(await ids({ tag: 'v1' })).toEqual(['1']);
    expect(await store.metricPoint.count({ where: { runId: '1' } })).toBe(6000);

    await deleteRuns(store, ['1'], startMs);
    await removeRun(store, '1');
    expect(await restoreRuns(store, ['1'])).toEqual([]);
    expect([
      await store.metricPoint.count(),
      await store.metricSeries.count(),
      await store.logLine.count(),
      await store.runTag.count({ where: { runId: '1' } }),
    ]).toEqual([0, 0, 0, 0]);
  });

  it('must have ended', async () => {
    const { id } = await insertRun(store, {
      id: 'under way',
      run: { ...(await findRun(store, '2'))!, service: services[0]! },
      ingestSecretHash: '',
      createdAtMs: startMs,
    });
    for (const state of ['queued', 'starting', 'running'] as const) {
      if (state !== 'queued') await moveRun(store, id, state);
      expect([state, await deleteRuns(store, [id], startMs)]).toEqual([state, []]);
    }
    expect(await findRun(store, id)).not.toBeNull();
  });
});
