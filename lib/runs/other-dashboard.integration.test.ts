import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FakeEngine } from '@/lib/loadgen/fake-engine';
import { message } from '@/lib/model/message';
import { type Run } from '@/lib/model/run';
import { openStore, type Store } from '@/lib/store/client';
import { newDatabase, onPostgres } from '@/lib/store/fake-database';
import { startOfOverview } from '@/lib/store/overview';
import { appendLog, appendPush, ensureSeries } from '@/lib/store/recording';
import { findRun, moveRun } from '@/lib/store/runs';
import { startOfColumn, columnOfPush } from '@/lib/timeline/columns';
import { unpackOverview } from '@/lib/timeline/overview-encode';
import { runEvents, type RunEvent, type View } from './events';
import { queueRun, registerService, shortTimes, until } from './fake-run';
import { RunManager } from './manager';

describe.runIf(onPostgres)('a run that another dashboard on the same database records', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-others-'));
  let owner: Store;
  let reader: Store;
  beforeAll(async () => {
    vi.stubEnv('SCALETRACE_DIR', folder);
    vi.stubEnv('KUBECONFIG', join(folder, 'none'));
    const url = await newDatabase(folder);
    owner = await openStore(url);
    reader = await openStore(url);
  });
  afterAll(async () => {
    for (const store of [owner, reader]) await store.$disconnect();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Stores a second as another process does: nothing of it is announced in this one. */
  async function store(id: string, atMs: number, requests: number): Promise<void> {
    const tags = { status: '200', expected_response: 'true' };
    const series = { metric: 'http_reqs', type: 'counter', unit: 'none', tags } as const;
    const seriesId = await ensureSeries(owner, id, series);
    const column = columnOfPush(
      [{ ...series, value: requests, histogram: null }],
      startOfColumn(atMs, null, 0),
      atMs,
    );
    await appendPush(owner, id, [{ seriesId, atMs, value: requests, histogram: null }], column);
  }

  it('is told live, with each second and line once, until its end', async () => {
    const service = await registerService(owner, 'told');
    const { id } = await queueRun(owner, service, 'told-elsewhere');
    const events: RunEvent[] = [];
    const asItIs: View = {
      key: 'all',
      show: (run) => ({ run, log: (lines) => lines, data: (data) => data }),
    };
    const following = (async () => {
      const { signal } = new AbortController();
      for await (const event of runEvents(reader, id, startOfOverview, { view: asItIs, signal }))
        events.push(event);
    })();
    const states = (): string[] =>
      events.flatMap((event) => (event.type === 'run' ? [event.data.run.state] : []));
    const requests = (): number =>
      events
        .flatMap((event) => (event.type === 'overview' ? unpackOverview(event.data.overview).columns : []))
        .reduce((sum, column) => sum + column.requests, 0);
    const lines = (): string[] =>
      events.flatMap((event) => (event.type === 'log' ? event.data.lines.map(({ text }) => text) : []));
    await until(() => states().includes('queued'));
    await moveRun(owner, id, 'starting', { originMs: Date.now() });
    await moveRun(owner, id, 'running', { loadStartMs: 0 });
    for (let second = 1; second <= 3; second++) {
      await store(id, 1000 * second, 10);
      await until(() => requests() === 10 * second);
    }
    await appendLog(owner, id, [{ atMs: 3100, level: 'info', text: 'hello' }]);
    await until(() => lines().length > 0);
    await moveRun(owner, id, 'finished', { loadEndMs: 3200, endedAtMs: Date.now() });
    await following;
    expect(requests()).toBe(30);
    expect(lines()).toEqual(['hello']);
    expect(states().at(-1)).toBe('finished');
    expect(events.at(-1)?.type).toBe('end');
  });

  it('is stopped by who records it when another is asked to, killed when asked once more, and says so meanwhile', async () => {
    const engine = new FakeEngine();
    const service = await registerService(owner, 'stopped');
    const [owning, other] = [
      new RunManager(owner, engine, shortTimes),
      new RunManager(reader, new FakeEngine(), shortTimes),
    ];
    const { id } = await owning.start(
      { serviceId: service.id, scriptName: 'mine', scriptText: '', env: {}, tags: [] },
      { startedBy: null, uncagedAllowed: false },
    );
    const reaches = (state: Run['state']): Promise<Run> =>
      until(async () => {
        const run = await findRun(reader, id);
        return run?.state === state && run;
      });
    await reaches('running');
    const load = engine.loads[0]!;
    expect(await other.stop(id, 'graceful')).toMatchObject({ state: 'running', stopAsked: 'graceful' });
    await until(() => load.stops.length > 0);
    expect(load.stops).toEqual(['graceful']);
    expect(await other.stop(id, 'graceful')).toMatchObject({ stopAsked: 'kill' });
    await until(() => load.stops.length > 1);
    expect(load.stops).toEqual(['graceful', 'kill']);
    expect((await reaches('stopped')).stateReasonCode).toBe(message('reasons.killed-by-user').code);
    await expect(other.stop(id, 'kill')).rejects.toMatchObject({ status: 409 });
  });
});
