import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveConfig } from '@/lib/autoscaling';
import { type Service } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { appendConcurrency, readRecording } from '@/lib/store/recording';
import { updateRun } from '@/lib/store/runs';
import { Annotator } from './annotator';
import { openTestStore, queueRun, registerService } from './fake-run';
import { beforeLoad, previousSeconds, revisionAssumptions } from './previous-run';
import { Recorder } from './recorder';

const originMs = 1_700_000_000_000;
const windowMs = 60_000;
let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
let service: Service;

beforeAll(async () => {
  opened = await openTestStore();
  ({ store } = opened);
  service = await registerService(store, 'shop');
  const { id } = await queueRun(store, service, 'first');
  const recorder = new Recorder(store, id, originMs, (error) => {
    throw error;
  });
  const pod = { serverAtMs: null, type: 'ADDED', name: 'a', revision: 'shop-00001', reason: null } as const;
  recorder.pod({ ...pod, uid: 'a', phase: 'ready', atMs: 500, resourceVersion: '1' });
  for (let second = 1; second <= 10; second++)
    void recorder.concurrency({
      atMs: second * 1000,
      source: 'gateway',
      active: 4,
      waiting: 0,
      total: 4,
      instant: false,
    });
  await recorder.flush();
  await updateRun(store, id, { originMs, endedAtMs: originMs + 10_000 });
});
afterAll(() => opened.close());

const ask = (afterMs: number, of = service) =>
  previousSeconds(store, { runId: 'second', service: of, nowMs: originMs + 10_000 + afterMs, windowMs });

it('gives the seconds and the ready pods of the run before, on the clock of all', async () => {
  const before = await ask(5000);
  expect(before!.endedMs).toBe(originMs + 10_000);
  expect(before!.seconds).toHaveLength(10);
  expect(before!.seconds[0]).toEqual({ atMs: originMs + 1000, value: 4, readyPods: 1 });
});

it('gives a reading that met no pods, from which a panic of the run before began that holds its pods', async () => {
  const cold = await registerService(store, 'cold');
  const { id } = await queueRun(store, cold, 'cold');
  const recorder = new Recorder(store, id, originMs, (error) => {
    throw error;
  });
  const pod = { serverAtMs: null, type: 'ADDED', revision: 'cold-00001', reason: null } as const;
  const reading = { source: 'gateway', active: 0, waiting: 50, total: 50 } as const;
  void recorder.concurrency({ ...reading, waiting: 0, total: 0, atMs: 1100, instant: false });
  await appendConcurrency(store, id, { ...reading, atMs: 2200, instant: true });
  for (let i = 0; i < 10; i++)
    recorder.pod({ ...pod, uid: `${i}`, name: `${i}`, phase: 'ready', atMs: 2900, resourceVersion: '1' });
  for (let second = 3; second <= 8; second++)
    void recorder.concurrency({
      ...reading,
      waiting: 0,
      total: 20,
      atMs: second * 1000 + 100,
      instant: false,
    });
  await recorder.flush();
  await updateRun(store, id, { originMs, endedAtMs: originMs + 9000 });
  const before = await previousSeconds(store, {
    runId: 'next',
    service: cold,
    nowMs: originMs + 12_000,
    windowMs,
  });
  expect(before!.seconds.slice(1, 3)).toEqual([
    { atMs: originMs + 2200, value: 50, readyPods: 0, instant: true },
    { atMs: originMs + 3100, value: 20, readyPods: 10 },
  ]);
  const now = { beforeLoad: { observed: [], pods: [{ readySinceMs: originMs + 2900, untilMs: null }] } };
  const replicasOf = (annotations: Record<string, string>): number => {
    const { config } = resolveConfig({ annotations, containerConcurrency: 5 });
    const { past } = beforeLoad(config, now, before, originMs + 12_000);
    const pods = Array.from({ length: 10 }, (_, i) => ({ uid: `${i}`, phase: 'ready' as const }));
    return new Annotator(config, originMs + 12_000, 0, pods, past).tick(2000).replicas;
  };
  expect(replicasOf({ 'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev' })).toBe(10);
});

it('gives nothing of a run that the window has forgotten, nor of another service’s', async () => {
  expect(await ask(windowMs + 1000)).toBeNull();
  expect(await ask(5000, await registerService(store, 'other'))).toBeNull();
  expect(await ask(5000, { ...service, namespace: 'elsewhere' })).toBeNull();
  expect(await ask(5000, { ...service, kubeContext: 'another-cluster' })).toBeNull();
});

it('gives the run before a board that has just begun too, each second once', async () => {
  const { id } = await queueRun(store, service, 'board');
  const recorder = new Recorder(store, id, originMs + 9000, (error) => {
    throw error;
  });
  const sample = { source: 'gateway', active: 7, waiting: 0, total: 7, instant: false } as const;
  for (const atMs of [1000, 2000, 3000]) void recorder.concurrency({ ...sample, atMs });
  await recorder.flush();
  await updateRun(store, id, { originMs: originMs + 9000, endedAtMs: originMs + 12_500 });
  const { seconds, endedMs } = (await ask(5000))!;
  expect(endedMs).toBe(originMs + 12_000);
  expect(seconds.map(({ atMs, value }) => [(atMs - originMs) / 1000, value])).toEqual([
    ...Array.from({ length: 9 }, (_, i) => [i + 1, 4]),
    [10, 7],
    [11, 7],
    [12, 7],
  ]);
  await store.run.delete({ where: { id } });
});

it('says in the run’s assumptions what was taken for its past', async () => {
  const { config } = resolveConfig({ annotations: {}, containerConcurrency: 5 });
  const recorder = { beforeLoad: { observed: [], pods: [{ readySinceMs: -Infinity, untilMs: null }] } };
  const nowMs = originMs + 15_000;
  const known = beforeLoad(config, recorder, await ask(5000), nowMs);
  expect(known.past.known).toBe(true);
  expect(known.assumptions).toHaveLength(1);
  expect(known.assumptions[0]).toMatchObject({ code: 'assumptions.windows-of-run-before' });
  const idle = beforeLoad(config, recorder, null, nowMs);
  expect(idle.assumptions).toHaveLength(1);
  expect(idle.assumptions[0]).toMatchObject({ code: 'assumptions.idle-before' });
  expect(beforeLoad(config, { beforeLoad: { observed: [], pods: [] } }, null, nowMs).assumptions).toEqual([]);
});

it('keeps what was taken for its past with the recording, second by second', async () => {
  const { config } = resolveConfig({ annotations: {}, containerConcurrency: 5 });
  const ownMs = originMs + 13_000;
  const { id } = await queueRun(store, service, 'second');
  const recorder = new Recorder(store, id, ownMs, (error) => {
    throw error;
  });
  const pod = { serverAtMs: null, type: 'LIST', name: 'a', revision: 'shop-00001', reason: null } as const;
  recorder.pod({ ...pod, uid: 'a', phase: 'ready', atMs: 0, resourceVersion: '1' });
  const sample = { source: 'gateway', active: 1, waiting: 0, total: 1, instant: false } as const;
  void recorder.concurrency({ ...sample, atMs: 1000 });
  const { past } = beforeLoad(config, recorder, await ask(5000), ownMs + 2000);
  recorder.startAnnotator(config, 2000, { past });
  await recorder.flush();
  const read = (await readRecording(store, id)).past;
  expect(read).toEqual([
    { revision: null, known: true, seconds: past.seconds.map((one) => ({ ...one, atMs: one.atMs - ownMs })) },
  ]);
  const froms = read![0]!.seconds.map(({ atMs, value, from }) => [atMs / 1000, value, from]);
  expect(froms).toContainEqual([-3, 4, 'before']);
  expect(froms.at(-1)).toEqual([1, 1, 'read']);
  await store.run.delete({ where: { id } });
});

it('names the revisions that were taken as one', () => {
  expect(revisionAssumptions(['shop-blue'])).toEqual([]);
  expect(JSON.stringify(revisionAssumptions(['shop-blue', 'shop-green'])[0])).toMatch(
    /shop-blue.*shop-green/,
  );
});
