import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stateDirectory } from '@/lib/environment/paths';
import { startLab, type Lab } from '@/lib/lab/lab';
import { LocalK6 } from '@/lib/loadgen/local-k6';
import { K6Operator } from '@/lib/loadgen/operator/k6-operator';
import { labRunners } from '@/lib/loadgen/operator/lab-runners';
import { hasEnded } from '@/lib/model/life';
import { type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { openStore, type Store } from '@/lib/store/client';
import { databaseState } from '@/lib/store/database-state';
import { onPostgres } from '@/lib/store/fake-database';
import { readRecording } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { startPostgres, type PostgresServer } from '@/scripts/postgres/server.mjs';
import { descendantsOf, stillAlive } from '@/scripts/process-table';
import { defaultTimes } from './run-times';
import { startIngest } from './fake-ingest';
import { openTestStore, type TestStore } from './fake-run';
import { applyLabService, registerLabService, servedIn } from './lab-service';
import { RunManager } from './manager';

/** A load of three runners each: k6s of this machine, and those of a cluster's k6-operator. */
const engines = {
  'this machine': { runners: 3 },
  'a cluster': { operator: { runners: 3, image: 'grafana/k6:1.8.1' } },
} as const;
type EngineName = keyof typeof engines;
const engineNames = Object.keys(engines) as EngineName[];

const k6Dir = stateDirectory();
let opened: TestStore;
let stateDir: string;
let lab: Lab;
let ingest: Awaited<ReturnType<typeof startIngest>>;
let manager: RunManager;
beforeAll(async () => {
  opened = await openTestStore();
  stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-kills-'));
  const ports = { gatewayPort: 0, apiPort: 0, metricsPort: 0 };
  lab = await startLab({ ...ports, stateDir, runners: labRunners(k6Dir) });
  process.env.KUBECONFIG = lab.kubeconfig;
  ingest = await startIngest(() => manager);
  for (const engine of engineNames) await applyLabService(lab, serviceOf(engine), servedIn(5));
});
afterAll(async () => {
  ingest?.close();
  await lab?.close();
  await opened.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const serviceOf = (engine: EngineName) => ({
  name: engine.replace(' ', '-'),
  containerConcurrency: 20,
  annotations: { 'autoscaling.knative.dev/min-scale': '1' },
});

const scriptText = `
import http from 'k6/http';
export const options = { scenarios: { steady: { executor: 'constant-arrival-rate', rate: 60, duration: '5m', preAllocatedVUs: 30 } } };
// One that gives no data, as many do.
export function setup() {}
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });`;

function manage(store: Store): RunManager {
  const local = new LocalK6(k6Dir, `${ingest.url}/api/ingest`);
  const operator = new K6Operator(stateDir, local, `${ingest.url}/api/ingest`);
  return new RunManager(store, local, { ...defaultTimes, observeAfterMs: 10 }, undefined, operator);
}

/** Starts a load, and resolves with its run once some of it is stored. */
async function begin(store: Store, engine: EngineName): Promise<Run> {
  const service = await registerLabService(store, lab, serviceOf(engine));
  const asked = { serviceId: service.id, scriptName: 'steady', scriptText, env: {}, tags: [] };
  const run = await manager.start(
    { ...asked, ...engines[engine] },
    { startedBy: null, uncagedAllowed: false },
  );
  await untilStored(store, run.id, 60);
  return run;
}

async function untilStored(store: Store, id: string, requests: number): Promise<void> {
  await vi.waitUntil(async () => {
    const run = await findRun(store, id);
    expect(run && hasEnded(run.state) ? run.stateReason : null).toBeNull();
    return requestsIn(await readRecording(store, id)) >= requests;
  }, 60_000);
}

const endOf = (store: Store, id: string): Promise<Run> =>
  vi.waitUntil(async () => {
    const run = await findRun(store, id);
    return run && hasEnded(run.state) ? run : null;
  }, 60_000);

function requestsIn({ series, points }: Recording): number {
  const counted = new Set(series.flatMap(({ metric, id }) => (metric === 'http_reqs' ? [id] : [])));
  return points.reduce((sum, { seriesId, value }) => sum + (counted.has(seriesId) ? value! : 0), 0);
}

/** How many requests the gateway has answered for a service. */
async function answered(engine: EngineName): Promise<number> {
  const text = await (await fetch(lab.metricsUrl)).text();
  return [...text.matchAll(/^envoy_cluster_upstream_rq_completed\{([^}]*)\} (\d+)/gm)].reduce(
    (sum, [, labels, value]) =>
      sum + (labels!.includes(`default/${serviceOf(engine).name}-`) ? Number(value) : 0),
    0,
  );
}

describe.each(engineNames)('a load of three runners on %s', (engine) => {
  it('whose runners were all killed has failed, says why, keeps what was stored, and leaves no process and no folder', async () => {
    const { store } = opened;
    manager = manage(store);
    const beforeAnswered = await answered(engine);
    const others = new Set(descendantsOf(process.pid).map(({ pid }) => pid));
    const { id } = await begin(store, engine);
    const before = await readRecording(store, id);
    // Guards, relays and what holds a cage: all that came with the load.
    const load = descendantsOf(process.pid).filter(
      ({ pid, words }) => !others.has(pid) && /k6|guard/.test(words),
    );
    const k6s = load.filter(({ words }) => /\bk6 run\b/.test(words));
    expect([k6s.length, load.filter(({ words }) => words.includes('guard.mjs')).length]).toEqual([3, 3]);
    for (const { pid } of k6s) process.kill(pid, 'SIGKILL');
    const ended = await endOf(store, id);
    expect(ended.state).toBe('failed');
    expect(ended.stateReason).toMatch(/^k6 was killed/);
    expect(ended.summary).toBeNull();
    const after = await readRecording(store, id);
    const ids = new Set(after.points.map((point) => point.id));
    expect(before.points.filter((point) => !ids.has(point.id))).toEqual([]);
    expect(after.gaps.filter(({ toMs }) => toMs === null)).toEqual([]);
    expect(ended.figures.requests).toBe(requestsIn(after));
    expect(requestsIn(after)).toBeLessThanOrEqual((await answered(engine)) - beforeAnswered);
    await vi.waitUntil(() => stillAlive(load).length === 0, 20_000);
    await vi.waitUntil(() => !existsSync(join(k6Dir, 'runs', id)), 20_000);
  }, 120_000);
});

describe.runIf(onPostgres)('PostgreSQL in the middle of a load of three runners on each', () => {
  let server: PostgresServer;
  let store: Store;
  beforeAll(async () => {
    server = await startPostgres();
    store = await openStore(await server.createDatabase('kills'));
  });
  afterAll(async () => {
    await store.$disconnect();
    await server.end();
  });

  it('crashed and started again, then away for 30 s: each request is stored once, and no gap is told', async () => {
    manager = manage(store);
    const runs = await Promise.all(engineNames.map((engine) => begin(store, engine)));
    const more = async (): Promise<void> => {
      await vi.waitUntil(() => databaseState().writable, 30_000);
      for (const { id } of runs)
        await untilStored(store, id, requestsIn(await readRecording(store, id)) + 60);
    };
    await server.stop('SIGQUIT');
    await server.start();
    await more();
    const before = await Promise.all(runs.map(({ id }) => readRecording(store, id)));
    await server.stop();
    await pause(30_000);
    await server.start();
    await more();
    await Promise.all(runs.map(({ id }) => manager.stop(id, 'graceful')));
    for (const [i, { id }] of runs.entries()) {
      const ended = await endOf(store, id);
      expect([ended.state, ended.stateReason]).toEqual([
        'stopped',
        expect.stringMatching(/^stopped by a user/),
      ]);
      const recording = await readRecording(store, id);
      // k6's own count, by the summaries that all runners wrote at their end.
      const counted = ended.summary?.metrics.find(({ metric }) => metric === 'http_reqs')?.values.count;
      expect([requestsIn(recording), ended.figures.requests]).toEqual([counted, counted]);
      expect(recording.gaps.filter(({ what }) => what === 'requests')).toEqual([]);
      const ids = new Set(recording.points.map((point) => point.id));
      expect(before[i]!.points.filter((point) => !ids.has(point.id))).toEqual([]);
      // No hole either: what was pushed meanwhile has its own seconds.
      const seconds = [...new Set(recording.points.map(({ atMs }) => atMs))].sort((a, b) => a - b);
      expect(seconds.length).toBeGreaterThan(30);
    }
  }, 240_000);
});
