import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeEngine } from '@/lib/loadgen/fake-engine';
import { LocalK6 } from '@/lib/loadgen/local-k6';
import { type Store } from '@/lib/store/client';
import { findRun, insertRun, moveRun } from '@/lib/store/runs';
import { openTestStore, queueRun, registerService, shortTimes, until } from './fake-run';
import { RunManager } from './manager';
import { recoverRuns } from './recovery';

let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
const others: (typeof opened)[] = [];

beforeAll(async () => {
  opened = await openTestStore();
  ({ store } = opened);
});
afterAll(async () => {
  for (const other of [...others, opened]) await other.close();
});

it('removes the folders of runs that were left after a kill, also of runs that nobody knows', async () => {
  const left = join(opened.folder, 'runs', 'left-by-a-kill', 'files');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'script.js'), 'a secret');
  await recoverRuns(store, { engine: new LocalK6(opened.folder) });
  expect(existsSync(join(opened.folder, 'runs'))).toBe(false);
});

it('ends what an earlier process left, by the handle that its engine gave; the queue goes on', async () => {
  const engine = new FakeEngine();
  const service = await registerService(store, 'checkout');
  const [begun, running, queued] = await Promise.all(
    ['left-begun', 'left-running', 'left-queued'].map((id) => queueRun(store, service, id)),
  );
  await moveRun(store, begun!.id, 'starting');
  await moveRun(store, running!.id, 'starting', { originMs: 1_000_000 });
  await moveRun(store, running!.id, 'running', { loadStartMs: 5, loadHandle: { job: 'k6-of-a-cluster' } });
  await recoverRuns(store, { engine });
  expect(engine.recovered).toEqual([{ job: 'k6-of-a-cluster' }]);
  for (const { id } of [begun!, running!])
    expect(await findRun(store, id)).toMatchObject({ state: 'interrupted' });
  const manager = new RunManager(store, engine, shortTimes);
  await manager.pump();
  const load = await until(() => engine.loads.find(({ load }) => load.runId === queued!.id) ?? null);
  load.end();
  await until(async () => (await findRun(store, queued!.id))?.state === 'finished');
});

it('ends a run of a cluster as it was left where its load is gone too', async () => {
  // No manager of before takes it from the queue.
  others.push(await openTestStore());
  const { store } = others[0]!;
  const engine = new FakeEngine();
  const service = await registerService(store, 'in-a-cluster');
  const operator = { runners: 2, image: 'grafana/k6:1.8.1' };
  const { id } = await insertRun(store, {
    id: 'left-in-a-cluster',
    run: { name: '', service, scriptName: 's', scriptText: '', env: {}, options: {}, tags: [], operator },
    ingestSecretHash: '',
    createdAtMs: Date.now(),
  });
  await moveRun(store, id, 'starting', { originMs: Date.now() });
  await moveRun(store, id, 'running', { loadStartMs: 5, loadHandle: { name: 'a-test-run' } });
  const manager = new RunManager(store, engine, shortTimes, undefined, engine);
  await recoverRuns(store, { engine, operator: engine, takesOn: manager });
  const run = await until(async () => {
    const now = await findRun(store, id);
    return now?.state === 'interrupted' && now;
  });
  expect(run).toMatchObject({ stateReasonCode: 'reasons.scaletrace-ended', loadEndMs: 0 });
  expect(engine.recovered).toEqual([{ name: 'a-test-run' }]);
});
