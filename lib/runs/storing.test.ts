import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeEngine, fakePush, type FakeLoad } from '@/lib/loadgen/fake-engine';
import { type RunState } from '@/lib/model/life';
import { type Run, type Service } from '@/lib/model/run';
import { findRun } from '@/lib/store/runs';
import { openTestStore, registerService, shortTimes, until, type TestStore } from './fake-run';
import { RunManager } from './manager';
import { readRunPage } from './read';
import { unpackOverview } from '@/lib/timeline/overview-encode';

let opened: TestStore;
let service: Service;
const engine = new FakeEngine();

beforeAll(async () => {
  opened = await openTestStore();
  service = await registerService(opened.store, 'shop');
});
afterAll(() => opened.close());

const reaches = (id: string, state: RunState): Promise<Run> =>
  until(async () => {
    const run = await findRun(opened.store, id);
    return run?.state === state && run;
  });

async function underWay(
  manager: RunManager,
): Promise<{ id: string; load: FakeLoad; push: () => Promise<void> }> {
  const { id } = await manager.start(
    { serviceId: service.id, scriptName: 'mine', scriptText: '', env: {}, tags: [] },
    { startedBy: null, uncagedAllowed: false },
  );
  await reaches(id, 'running');
  const load = engine.loads.at(-1)!;
  return { id, load, push: () => manager.ingest(id, load.load.ingestSecret, fakePush({ 200: 10 })) };
}

it('a push is acknowledged only when it is stored; none is lost, none counted twice, and no gap is made up', async () => {
  const manager = new RunManager(opened.store, engine, {
    ...shortTimes,
    pushSilenceMs: 1e9,
    acknowledgeMs: 100,
  });
  const { id, load, push } = await underWay(manager);
  let sent = 0;
  const isStored = (): Promise<boolean> => {
    sent++;
    return push().then(
      () => true,
      () => false,
    );
  };
  await until(isStored);
  const unlock = await opened.lock();
  for (let i = 0; i < 3; i++) expect(await isStored()).toBe(false);
  // Whoever looks at the run sees at once that it is not stored.
  const page = await readRunPage(opened.store, id, { columns: 600, range: null });
  expect(unpackOverview(page!.overview).gaps).toMatchObject([
    { what: 'pods' },
    { what: 'requests', toMs: null },
  ]);
  await unlock();
  await until(isStored);
  load.end();
  const ended = await reaches(id, 'finished');
  expect(ended.figures.requests).toBe(10 * sent);
  const after = await readRunPage(opened.store, id, { columns: 600, range: null });
  expect(unpackOverview(after!.overview).gaps.map(({ what }) => what)).toEqual(['pods']);
});

it('a load that has ended takes no more pushes, though its pods are watched still', async () => {
  const manager = new RunManager(opened.store, engine, { ...shortTimes, observeAfterMs: 500 });
  const { id, load, push } = await underWay(manager);
  await until(() =>
    push().then(
      () => true,
      () => false,
    ),
  );
  load.end();
  await until(async () => (await findRun(opened.store, id))?.loadEndMs ?? null);
  await expect(push()).rejects.toThrow('problems.run-not-running');
  expect((await reaches(id, 'finished')).figures.requests).toBe(10);
});

it('a load of which nothing can be stored for long is ended, and says why', async () => {
  const manager = new RunManager(opened.store, engine, {
    ...shortTimes,
    acknowledgeMs: 20,
    unwritableMs: 100,
  });
  const { id, load, push } = await underWay(manager);
  const unlock = await opened.lock();
  void push().catch(() => undefined);
  await until(() => load.stops.length > 0);
  expect(load.stops).toEqual(['graceful']);
  load.end();
  await unlock();
  expect((await reaches(id, 'failed')).stateReason).toMatch(/database is locked|lock timeout/);
});
