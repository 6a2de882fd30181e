import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authority } from '@/lib/lab/certificates';
import { FakeEngine, fakePush } from '@/lib/loadgen/fake-engine';
import { type NamedSeries } from '@/lib/loadgen/metric-names';
import { ScriptError } from '@/lib/loadgen/script-error';
import { type RunState } from '@/lib/model/life';
import { type Run, type Service, type StartRun } from '@/lib/model/run';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { type Store } from '@/lib/store/client';
import { appendPoints, ensureSeries, readLog, readRecording } from '@/lib/store/recording';
import { listArtefacts, readArtefact } from '@/lib/store/artefacts';
import { removeRun } from '@/lib/store/deleted-runs';
import { findRun, listUnderWay } from '@/lib/store/runs';
import { saveService } from '@/lib/store/services';
import { openTestStore, registerService, shortTimes, until } from './fake-run';
import { keepFiles } from './script-files';
import { readContent, removeUnusedContents, sha256Of } from '@/lib/store/script-files';
import { RunManager, type Asker } from './manager';
import { message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';

let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
let services: Service[];
const engine = new FakeEngine();
let manager: RunManager;

beforeAll(async () => {
  opened = await openTestStore();
  ({ store } = opened);
  services = [await registerService(store, 'checkout'), await registerService(store, 'search')];
  // One for all: two would take each other's runs from the queue.
  manager = new RunManager(store, engine, shortTimes);
});
afterAll(() => opened.close());
beforeEach(() => {
  engine.refusal = null;
  engine.ready = Promise.resolve();
});

const asker: Asker = { startedBy: null, uncagedAllowed: false };
const start = (service = 0, by = asker, runners = 1): Promise<Run> =>
  manager.start(
    {
      serviceId: services[service]!.id,
      scriptName: 'mine',
      scriptText: 'export default () => {}',
      env: { N: '3' },
      tags: [],
      runners,
    },
    by,
  );
const reaches = (id: string, state: RunState): Promise<Run> =>
  until(async () => {
    const run = await findRun(store, id);
    return run?.state === state && run;
  });
const loadOf = (id: string) => until(() => engine.loads.find(({ load }) => load.runId === id) ?? null);

it('runs what was asked for through its whole life, with what the engine was told and gave', async () => {
  const run = await start();
  expect(run).toMatchObject({ state: 'queued', engine: 'fake', options: { checked: 'mine' } });
  const load = await loadOf(run.id);
  expect(load.load).toMatchObject({
    target: { gatewayUrl: services[0]!.gatewayUrl, host: services[0]!.host },
    env: { N: '3' },
    options: run.options,
  });
  await reaches(run.id, 'running');
  expect((await listUnderWay(store)).find((one) => one.run.id === run.id)?.loadHandle).toEqual(load.handle);
  await manager.ingest(run.id, load.load.ingestSecret, fakePush({ 200: 40, 503: 2 }));
  load.load.onLog({ atUnixMs: Date.now(), level: 'info', text: 'hello' });
  load.end();
  const ended = await reaches(run.id, 'finished');
  expect(ended).toMatchObject({
    k6Version: load.version,
    stateReason: null,
    figures: { requests: 42, failures: 2 },
  });
  expect(ended.endedAtMs).not.toBeNull();
  const { points, gaps } = await readRecording(store, run.id);
  expect(points.map(({ value }) => value).sort()).toEqual([2, 40]);
  // There is no cluster here: that is a gap, and it ends with the run.
  expect(gaps.find(({ what }) => what === 'pods')?.toMs).not.toBeNull();
  expect((await store.logLine.findMany({ where: { runId: run.id } })).map(({ text }) => text)).toEqual([
    'hello',
  ]);
  expect((await listUnderWay(store)).map((one) => one.run.id)).not.toContain(run.id);
});

it('takes the runs of one service one after another, of several at once', async () => {
  const [first, second, other] = [await start(0), await start(0), await start(1)];
  await Promise.all([reaches(first.id, 'running'), reaches(other.id, 'running')]);
  expect((await findRun(store, second.id))?.state).toBe('queued');
  (await loadOf(first.id)).end();
  await reaches(second.id, 'running');
  expect((await findRun(store, first.id))?.state).toBe('finished');
  for (const { id } of [second, other]) (await loadOf(id)).end();
  await Promise.all([reaches(second.id, 'finished'), reaches(other.id, 'finished')]);
});

it('stops gracefully, kills when asked twice, and takes what waits from the queue', async () => {
  const [graceful, killed] = [await start(0), await start(1)];
  const waiting = await start(0);
  await Promise.all([reaches(graceful.id, 'running'), reaches(killed.id, 'running')]);
  expect(await manager.stop(waiting.id, 'graceful')).toMatchObject({ state: 'stopped' });
  await manager.stop(graceful.id, 'graceful');
  expect((await loadOf(graceful.id)).stops).toEqual(['graceful']);
  (await loadOf(graceful.id)).end({ state: 'failed', reason: message('reasons.k6-signalled') });
  await manager.stop(killed.id, 'graceful');
  await manager.stop(killed.id, 'graceful');
  expect((await loadOf(killed.id)).stops).toEqual(['graceful', 'kill']);
  expect((await reaches(graceful.id, 'stopped')).stateReason).toContain('teardown ran');
  expect((await reaches(killed.id, 'stopped')).stateReason).toContain('killed');
  await expect(manager.stop(killed.id, 'kill')).rejects.toMatchObject({ status: 409 });
  await expect(manager.stop('none', 'kill')).rejects.toMatchObject({ status: 404 });
  // Nothing was started for what had been taken off.
  expect(engine.asked).not.toContain(waiting.id);
});

it('ends a load that is long past its end and counts nothing any more, says why, and keeps what came of it', async () => {
  engine.options = { totalDuration: '10ms' };
  const run = await start().finally(() => (engine.options = {}));
  const load = await loadOf(run.id);
  await reaches(run.id, 'running');
  await manager.ingest(run.id, load.load.ingestSecret, fakePush({ 101: 3 }));
  const ended = await reaches(run.id, 'failed');
  expect(ended).toMatchObject({ stateReasonCode: 'reasons.load-never-ended', figures: { requests: 3 } });
});

it('a stop that comes before the load does is not forgotten', async () => {
  let letGo: () => void = () => {};
  engine.ready = new Promise((resolve) => (letGo = resolve));
  const run = await start();
  await until(() => engine.asked.includes(run.id));
  await manager.stop(run.id, 'graceful');
  letGo();
  const load = await loadOf(run.id);
  await until(() => load.stops.length > 0);
  load.end();
  await reaches(run.id, 'stopped');
});

describe('over TLS', () => {
  let authority: Authority;
  let gateway: Server;
  let service: Service;
  beforeAll(async () => {
    authority = await Authority.open(opened.folder);
    gateway = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const { id: _id, ...one } = await registerService(store, 'safe');
    service = await saveService(
      store,
      {
        ...one,
        gatewayUrl: `https://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
        gatewayCa: readFileSync(authority.certificateFile, 'utf8'),
      },
      Date.now(),
    );
    services.push(service);
  });
  afterAll(() => gateway.close());
  const certify = async (...signed: Parameters<Authority['sign']>): Promise<void> =>
    gateway.setSecureContext(await authority.sign(...signed));

  it('begins no load that could not come through, and says why', async () => {
    await certify([service.host], { days: -2 });
    const expired = await start(2);
    expect((await reaches(expired.id, 'failed')).stateReason).toContain('has expired');
    await certify(['other.example.com']);
    const foreign = await start(2);
    expect((await reaches(foreign.id, 'failed')).stateReason).toContain(`not for ${service.host}`);
    expect(engine.asked).not.toContain(expired.id);
    expect(engine.asked).not.toContain(foreign.id);
  });

  it('says so where a certificate no longer holds during a run, of which nothing is lost', async () => {
    await certify([service.host]);
    const run = await start(2);
    const load = await loadOf(run.id);
    await reaches(run.id, 'running');
    await manager.ingest(run.id, load.load.ingestSecret, fakePush({ 200: 40 }));
    await certify([service.host], { days: -2 });
    await manager.ingest(run.id, load.load.ingestSecret, fakePush({ 0: 3 }));
    load.end();
    const ended = await reaches(run.id, 'finished');
    expect(ended.stateReason).toMatch(/failed in the TLS handshake: .* has expired/);
    expect(ended.figures).toMatchObject({ requests: 43, failures: 3 });
  });
});

it('says why a load could not begin, or broke off', async () => {
  const late = await start();
  await reaches(late.id, 'running');
  (await loadOf(late.id)).end({ state: 'failed', reason: message('reasons.k6-crashed') });
  expect(await reaches(late.id, 'failed')).toMatchObject({
    stateReason: 'k6 itself crashed (Go panic)',
    stateReasonCode: 'reasons.k6-crashed',
    stateReasonData: {},
  });
  engine.ready = new Promise((resolve) => setTimeout(resolve, 20));
  const early = await start();
  engine.refusal = new Error('no room left for a runner');
  expect(await reaches(early.id, 'failed')).toMatchObject({
    stateReason: 'no room left for a runner',
    stateReasonData: { cause: 'no room left for a runner' },
  });
  await expect(start()).rejects.toThrow('no room');
});

it('refuses what cannot be run, by field', async () => {
  await expect(
    manager.start({ serviceId: 'none', scriptName: 'x', env: {}, tags: [] }, asker),
  ).rejects.toMatchObject({ errors: [{ path: 'serviceId' }] });
  await expect(
    manager.start(
      {
        serviceId: services[0]!.id,
        scriptName: 'x',
        scriptText: '',
        env: { HOST: 'a', K6_VUS: '2' },
        tags: [],
      },
      asker,
    ),
  ).rejects.toMatchObject({ errors: [{ path: 'env.HOST' }, { path: 'env.K6_VUS' }] });
  engine.refusal = new ScriptError(message('problems.script-error', { cause: 'Unexpected ";"' }), {
    line: 2,
    column: 13,
  });
  await expect(start()).rejects.toMatchObject({ status: 422, errors: [{ line: 2, column: 13 }] });
  engine.refusal = new Problem('problems.k6-not-found', {}, { errors: [{ path: 'k6' }] });
  await expect(start()).rejects.toMatchObject({ status: 503, errors: [{ path: 'k6' }] });
});

it('keeps the files of a script with its run, and gives them to the engine; the next run can name them', async () => {
  const users = Buffer.from('anna\nbert');
  const kept = await keepFiles(store, [{ path: 'data/users.csv', content: users }], Date.now());
  const ask = (files: StartRun['files'], text?: string): Promise<Run> =>
    manager.start(
      {
        serviceId: services[0]!.id,
        scriptName: 'folder',
        entry: 'main.ts',
        env: {},
        tags: [],
        ...(files ? { files } : {}),
        ...(text === undefined ? {} : { scriptText: text }),
      },
      asker,
    );
  const main = { path: 'main.ts', text: 'import "./lib.ts"' };
  const lib = { path: 'lib.ts', text: 'export {}' };
  const data = { path: 'data/users.csv', sha256: kept[0]!.sha256 };
  const run = await ask([main, lib, data]);
  expect(await findRun(store, run.id)).toMatchObject({
    entry: 'main.ts',
    scriptText: main.text,
    files: [
      { path: 'lib.ts', text: 'export {}', bytes: 9 },
      { path: 'data/users.csv', text: null, bytes: users.length, sha256: sha256Of(users) },
    ],
  });
  const { load } = await loadOf(run.id);
  expect(load).toMatchObject({ entry: 'main.ts', scriptText: main.text });
  const given = new Map(load.files!.map(({ path, content }) => [path, Buffer.from(content).toString()]));
  expect(given).toEqual(
    new Map([
      ['lib.ts', 'export {}'],
      ['data/users.csv', users.toString()],
    ]),
  );
  engine.loads.at(-1)!.end();
  await reaches(run.id, 'finished');
  // An edited data file is another content, and the first run keeps its own.
  const edited = await ask([lib, { path: 'data/users.csv', text: 'carla' }], main.text);
  expect(edited.files[1]).toMatchObject({ text: null, bytes: 5, sha256: sha256Of('carla') });
  (await loadOf(edited.id)).end();
  await reaches(edited.id, 'finished');
  await removeUnusedContents(store, Date.now() + 7 * 86_400_000);
  expect(Buffer.from((await readContent(store, sha256Of(users)))!)).toEqual(users);
  await removeRun(store, run.id);
  await removeUnusedContents(store, Date.now() + 7 * 86_400_000);
  expect(await readContent(store, sha256Of(users))).toBeNull();
  expect(await readContent(store, sha256Of('carla'))).not.toBeNull();
  await expect(ask([main, data])).rejects.toMatchObject({
    status: 409,
    errors: [{ path: 'files.data/users.csv' }],
  });
  await expect(ask([lib])).rejects.toMatchObject({ status: 422, errors: [{ path: 'entry' }] });
  await expect(ask([main, { path: 'main.ts/x', text: '' }])).rejects.toMatchObject({ status: 422 });
});

it('takes pushes with the run’s own secret, of its engine’s form, while it is under way', async () => {
  const run = await start();
  await reaches(run.id, 'running');
  const load = await loadOf(run.id);
  const push = (secret: string, body: Uint8Array) => manager.ingest(run.id, secret, body);
  await expect(push('guessed', fakePush({ 200: 1 }))).rejects.toMatchObject({ status: 403 });
  await expect(push(load.load.ingestSecret, new Uint8Array([1]))).rejects.toMatchObject({ status: 400 });
  load.end();
  await reaches(run.id, 'finished');
  await until(() =>
    push(load.load.ingestSecret, fakePush({ 200: 1 })).then(
      () => false,
      (error: { status?: number }) => error.status === 409,
    ),
  );
});

it('says so while no push comes', async () => {
  const run = await start();
  await reaches(run.id, 'running');
  const gap = await until(
    async () => (await readRecording(store, run.id)).gaps.find(({ what }) => what === 'requests') ?? null,
  );
  expect(gap).toMatchObject({ toMs: null, reason: 'k6 sent no metrics' });
  const load = await loadOf(run.id);
  await manager.ingest(run.id, load.load.ingestSecret, fakePush({ 200: 1 }));
  await until(async () => {
    const closed = (await readRecording(store, run.id)).gaps.find(({ id }) => id === gap.id);
    return closed?.toMs ?? null;
  });
  load.end();
  await reaches(run.id, 'finished');
});

it('says which of several runners says nothing, and counts the others meanwhile', async () => {
  const run = await start(0, asker, 3);
  await reaches(run.id, 'running');
  const load = await loadOf(run.id);
  const push = (runner: number, life = 'first'): Promise<void> =>
    manager
      .ingest(run.id, load.load.ingestSecret, fakePush({ 200: 10 }), { runner, life })
      .catch((error: unknown) => {
        // A busy machine stores it later.
        if (!(error instanceof Problem && error.said.code === 'problems.not-stored-yet')) throw error;
      });
  await expect(push(4)).rejects.toThrow(Problem);
  for (const runner of [1, 2, 3]) await push(runner);
  const silent = await until(async () => {
    await push(1);
    await push(2);
    // On a busy machine each may be late, but not for long.
    const { gaps } = await readRecording(store, run.id);
    return gaps.find(({ reason, toMs }) => toMs === null && reason === 'runner 3 of 3 said nothing') ?? null;
  });
  await push(3, 'second');
  load.end();
  await reaches(run.id, 'finished');
  const { gaps, points } = await readRecording(store, run.id);
  expect(gaps.find(({ id }) => id === silent.id)?.toMs).toBeGreaterThan(silent.fromMs);
  expect(gaps.map(({ reason }) => reason)).toContainEqual(
    expect.stringContaining('runner 3 of 3 began anew'),
  );
  expect(points.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(load.pushes.totals.get('http_reqs'));
});

describe('of several runners, whose k6s judge no thresholds', () => {
  const delayed = { abortOnFail: true, delayAbortEval: '1h' };
  async function run(thresholds: Record<string, unknown[]>, perRunner: Record<string, number>) {
    engine.options = { thresholds };
    const { id } = await start(1, asker, 2);
    await reaches(id, 'running');
    engine.options = {};
    const load = await loadOf(id);
    for (const runner of [1, 2])
      await manager.ingest(id, load.load.ingestSecret, fakePush(perRunner), { runner, life: 'first' });
    return { id, load };
  }

  it('ends the load by one that is crossed in all of them together, and says which', async () => {
    const { id, load } = await run(
      { 'http_reqs{status:500}': [{ threshold: 'count<5', abortOnFail: true }, 'count<100'] },
      { 200: 10, 500: 3 },
    );
    expect(load.stops).toEqual(['graceful']);
    load.end({ state: 'failed', reason: message('reasons.k6-signalled') });
    const ended = await reaches(id, 'finished');
    expect(ended.stateReasonCode).toBe('reasons.threshold-ended-load');
    expect(ended.stateReasonData).toEqual({ metric: 'http_reqs{status:500}', source: 'count<5' });
    expect(ended.summary?.metrics).toMatchObject([
      {
        metric: 'http_reqs{status:500}',
        values: { count: 6 },
        thresholds: [
          { source: 'count<5', ok: false },
          { source: 'count<100', ok: true },
        ],
      },
    ]);
    expect(ended.figures).toMatchObject({ thresholdsMet: false, requests: 26, failures: 6 });
  });

  it('tells those that were crossed or met at the end, and ends no load before their delay', async () => {
    const { id, load } = await run(
      { http_reqs: [{ threshold: 'count<5', ...delayed }, 'count==26'] },
      { 200: 10, 500: 3 },
    );
    load.end();
    const ended = await reaches(id, 'finished');
    // Once it has ended, what might be left is killed.
    expect(load.stops).not.toContain('graceful');
    expect(ended.stateReasonCode).toBe('reasons.k6-thresholds-crossed');
    expect(ended.summary?.metrics[0]?.thresholds.map(({ ok }) => ok)).toEqual([false, true]);
  });

  it('says of one that cannot be evaluated that it is unclear, which is held against nobody', async () => {
    const { id, load } = await run({ 'http_reqs{vu:1}': ['count>1e9'] }, { 200: 10 });
    load.end();
    const ended = await reaches(id, 'finished');
    expect(ended).toMatchObject({ stateReason: null, figures: { thresholdsMet: null } });
    const { verdict } = (await findJudgedRun(store, id))!;
    expect(verdict).toMatchObject({ outcome: 'unclear' });
    expect(verdict?.said.text).toMatch(/cannot be evaluated, since k6 keeps no tag vu here/);
  });
});

it('keeps with a queued run whether it may go without a cage, and refuses a check that may not', async () => {
  for (const uncagedAllowed of [true, false]) {
    const run = await start(0, { startedBy: 'ada', uncagedAllowed });
    const { load, end } = await loadOf(run.id).then((made) => ({ load: made.load, end: () => made.end() }));
    expect(load.uncagedAllowed).toBe(uncagedAllowed);
    end();
    await reaches(run.id, 'finished');
  }
  engine.refusal = new Problem('problems.uncaged', { reasons: 'no kernel for it' });
  await expect(start()).rejects.toMatchObject({ status: 403 });
});

it('keeps what a script’s handleSummary made, until the run is removed', async () => {
  const run = await start();
  const content = Buffer.from([0, 255, 13, 10]);
  (await loadOf(run.id)).end({
    artefacts: [
      { name: 'report.html', bytes: 4, content },
      { name: 'too-large.bin', bytes: 1e9, content: null },
    ],
  });
  await reaches(run.id, 'finished');
  expect(await listArtefacts(store, run.id)).toEqual([
    { name: 'report.html', bytes: 4, kept: true },
    { name: 'too-large.bin', bytes: 1e9, kept: false },
  ]);
  expect(await readArtefact(store, run.id, 'report.html')).toEqual(new Uint8Array(content));
  expect(await readArtefact(store, run.id, 'too-large.bin')).toBeNull();
  expect(await readArtefact(store, run.id, 'none')).toBeNull();
  // Its page is kept after it has ended.
  await until(() => store.runPageRecord.findUnique({ where: { runId: run.id } }));
  await removeRun(store, run.id);
  expect(await listArtefacts(store, run.id)).toEqual([]);
});

it('names metrics in the end as k6’s summary does, and drops values that were taken for another kind’s', async () => {
  const run = await start();
  const load = await loadOf(run.id);
  await reaches(run.id, 'running');
  const taken = load.pushes.metrics as Map<string, NamedSeries>;
  const meant: [NamedSeries, NamedSeries, number[]][] = [
    [
      { metric: 'refresh', type: 'rate', unit: 'none' },
      { metric: 'refresh_rate', type: 'gauge', unit: 'none' },
      [60],
    ],
    [
      { metric: 'stock', type: 'counter', unit: 'none' },
      { metric: 'stock_total', type: 'gauge', unit: 'none' },
      [],
    ],
  ];
  for (const [from] of meant) {
    taken.set(from.metric, from);
    const seriesId = await ensureSeries(store, run.id, { ...from, tags: {} });
    await appendPoints(store, run.id, [{ seriesId, atMs: 1000, value: 60, histogram: null }]);
  }
  const metrics = meant.map(([, { metric, type }]) => ({
    metric,
    type,
    contains: 'default',
    values: { value: 60 },
    thresholds: [],
  }));
  load.end({ summary: { metrics, checks: [], groups: [], testRunDurationMs: 1000 } });
  await reaches(run.id, 'finished');
  const { series, points } = await readRecording(store, run.id);
  for (const [, { metric, type, unit }, values] of meant) {
    const renamed = series.find((one) => one.metric === metric);
    expect(renamed).toMatchObject({ type, unit });
    expect(points.filter(({ seriesId }) => seriesId === renamed?.id).map(({ value }) => value)).toEqual(
      values,
    );
  }
  expect((await readLog(store, run.id)).map(({ text }) => text).join()).toContain('stock_total');
});
