import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listRunFacets, listRuns } from '@/lib/store/run-list';
import { listPieces, readPieces, watchedSince } from '@/lib/store/boards';
import { appendConcurrency, appendPodEvents, readRecording } from '@/lib/store/recording';
import { findRun, listQueuedRuns, updateRun } from '@/lib/store/runs';
import { writeSetting } from '@/lib/store/settings';
import { message, type Message } from '@/lib/model/message';
import { assumed } from '@/lib/words/english';
import { Boards, keepBoards } from './boards';
import { openTestStore, registerService, until, type TestStore } from './fake-run';
import { keepStretch, readBoard } from './read-board';
import { resultOf } from './result';

let test: TestStore;
beforeEach(async () => {
  test = await openTestStore();
});
afterEach(() => test.close());

const hourMs = 3_600_000;
const all = { fromUnixMs: 0, toUnixMs: Date.now() + 100 * hourMs };
const listed = async () =>
  (await listRuns(test.store, { sort: 'createdAtMs', order: 'desc', page: 1, pageSize: 10 })).total;

/** A service that was watched for a while, with a pod and some load. */
async function watched() {
  const { store } = test;
  const service = await registerService(store, 'watched');
  const boards = new Boards(store);
  await boards.set(service.id, true);
  const piece = async () => (await readPieces(store, service.id, all)).at(-1);
  await until(async () => (await piece()) !== undefined);
  const { id, originMs } = (await piece())!;
  await appendPodEvents(store, id, [
    {
      atMs: 1500,
      serverAtMs: null,
      type: 'ADDED',
      uid: 'u',
      name: 'pod-1',
      revision: 'r',
      phase: 'ready',
      reason: null,
      resourceVersion: '1',
    },
  ]);
  for (const atMs of [2000, 3000, 4000])
    await appendConcurrency(store, id, {
      atMs,
      source: 'gateway',
      active: 4,
      waiting: 0,
      total: 4,
      instant: false,
    });
  return { store, service, boards, id, originMs };
}

describe('a board', () => {
  it('is in no list of runs and no queue, begins anew with the next process, and ends when switched off', async () => {
    const { store, service, boards, id } = await watched();
    expect(await listed()).toBe(0);
    expect((await listRunFacets(store)).services).toEqual([]);
    expect(await listQueuedRuns(store)).toEqual([]);
    await boards.stop();
    expect((await findRun(store, id))?.state).toBe('finished');
    expect(await watchedSince(store, service.id)).not.toBeNull();

    const next = new Boards(store);
    await next.resume();
    await until(async () => (await readPieces(store, service.id, all)).length === 2);
    await next.set(service.id, false);
    expect(await watchedSince(store, service.id)).toBeNull();
    expect((await readPieces(store, service.id, all)).map(({ toMs }) => toMs)).not.toContain(null);
  });

  it('goes with its service', async () => {
    const { store, service, boards } = await watched();
    await boards.forget(service.id);
    expect(await listPieces(store, service.id)).toEqual([]);
  });

  it('is thinned with age and removed when the settings say so; runs are left', async () => {
    const { store, service, boards, id, originMs } = await watched();
    await boards.set(service.id, false);
    await keepBoards(store, originMs + hourMs);
    expect((await readRecording(store, id)).concurrency).toHaveLength(3);
    await keepBoards(store, originMs + 3 * hourMs);
    expect((await readRecording(store, id)).concurrency.map(({ total }) => total)).toEqual([4]);
    await writeSetting(store, 'board', { keepHours: 48 }, 0);
    await keepBoards(store, originMs + 47 * hourMs);
    expect(await listPieces(store, service.id)).toEqual([id]);
    await keepBoards(store, originMs + 49 * hourMs);
    expect(await listPieces(store, service.id)).toEqual([]);
  });

  it('states what was assumed of all of a stretch, once', async () => {
    const { store, service, boards, id } = await watched();
    await boards.stop();
    const shared = message('assumptions.mpa-webhook');
    const past = message('assumptions.idle-before', { seconds: 60 });
    const assume = async (pieceId: string, codes: Message[]): Promise<void> => {
      const { autoscaling } = (await findRun(store, pieceId))!;
      await updateRun(store, pieceId, { autoscaling: { ...autoscaling!, ...assumed(codes) } });
    };
    await assume(id, [shared, past]);
    const next = new Boards(store);
    await next.resume();
    const pieces = async () => readPieces(store, service.id, all);
    await until(async () => (await pieces()).length === 2);
    await next.stop();
    await assume((await pieces()).at(-1)!.id, [shared]);
    const page = await readBoard(store, service, all);
    expect(page!.run.autoscaling).toMatchObject(assumed([shared, past]));
    // What was asked for begins long before anything was watched.
    const [begun] = await pieces();
    expect(page!.run.originMs).toBe(Math.floor(begun!.originMs + begun!.fromMs));
  });

  it('gives a stretch as a page draws it, and keeps one as a run of its own', async () => {
    const { store, service, boards, originMs } = await watched();
    const stretch = { fromUnixMs: originMs + 1000, toUnixMs: originMs + 5000 };
    const page = await readBoard(store, service, stretch);
    expect(page?.run).toMatchObject({ originMs: stretch.fromUnixMs, service: { name: 'watched' } });
    const run = await keepStretch(store, service, stretch, { name: 'lunch', startedBy: null });
    expect(run).toMatchObject({
      name: 'lunch',
      state: 'finished',
      loadEndMs: 4000,
      figures: { requests: null, peakReadyPods: 1 },
    });
    expect(await listed()).toBe(1);
    const { concurrency, podEvents } = await readRecording(store, run.id);
    expect(concurrency.map(({ atMs, total }) => [atMs, total])).toEqual([
      [1000, 4],
      [2000, 4],
      [3000, 4],
    ]);
    expect(podEvents).toMatchObject([{ atMs: 500, name: 'pod-1', phase: 'ready' }]);
    const { story, verdict } = (await resultOf(store, run.id, 'http://test'))!;
    expect(story[0]).toMatch(/^watched \(.*\) was watched, without a load/);
    expect(verdict!.said.text).toMatch(/nobody counted what it answered/);
    await expect(
      keepStretch(store, service, { fromUnixMs: 1000, toUnixMs: 2000 }, { name: 'none', startedBy: null }),
    ).rejects.toMatchObject({ said: { code: 'problems.nothing-watched' } });
    await boards.stop();
  });
});
