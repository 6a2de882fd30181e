import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { stateDirectory } from '@/lib/environment/paths';
import { startLab, type Lab } from '@/lib/lab/lab';
import { LocalK6 } from '@/lib/loadgen/local-k6';
import { K6Operator } from '@/lib/loadgen/operator/k6-operator';
import { labRunners } from '@/lib/loadgen/operator/lab-runners';
import { hasEnded } from '@/lib/model/life';
import { type Run, type Service } from '@/lib/model/run';
import { findRun, listUnderWay } from '@/lib/store/runs';
import { defaultTimes } from './run-times';
import { startIngest } from './fake-ingest';
import { openTestStore, type TestStore } from './fake-run';
import { applyLabService, registerLabService, servedIn } from './lab-service';
import { RunManager } from './manager';
import { readRun } from './read';
import { recoverRuns } from './recovery';

const runners = 4;
let opened: TestStore;
let stateDir: string;
let lab: Lab;
let ingest: Awaited<ReturnType<typeof startIngest>>;
let service: Service;
let manager: RunManager;
let engines: { local: LocalK6; operator: K6Operator };
beforeAll(async () => {
  const k6Dir = stateDirectory();
  opened = await openTestStore();
  stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-operator-'));
  lab = await startLab({
    gatewayPort: 0,
    apiPort: 0,
    metricsPort: 0,
    stateDir,
    runners: labRunners(k6Dir),
  });
  process.env.KUBECONFIG = lab.kubeconfig;
  ingest = await startIngest(() => manager);
  const local = new LocalK6(k6Dir);
  engines = { local, operator: new K6Operator(stateDir, local, `${ingest.url}/api/ingest`) };
  manager = newManager();
  const hello = {
    name: 'hello',
    containerConcurrency: 20,
    annotations: { 'autoscaling.knative.dev/min-scale': '1' },
  };
  await applyLabService(lab, hello, servedIn(5));
  service = await registerLabService(opened.store, lab, hello);
});
afterAll(async () => {
  ingest.close();
  await lab.close();
  await opened.close();
  rmSync(stateDir, { recursive: true, force: true });
});

function newManager(): RunManager {
  const times = { ...defaultTimes, observeAfterMs: 10 };
  return new RunManager(opened.store, engines.local, times, undefined, engines.operator);
}

const script = (options: object): string => `
import http from 'k6/http';
import { fail } from 'k6';
export const options = ${JSON.stringify(options)};
const ask = () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });
export function setup() {
  return { status: ask().status };
}
export function teardown() {
  ask();
}
export default function (data) {
  if (data.status !== 200) fail('no data of setup()');
  http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST }, tags: { kind: __ENV.KIND } });
}`;

async function start(options: object): Promise<Run> {
  return manager.start(
    {
      serviceId: service.id,
      scriptName: 'operator',
      scriptText: script(options),
      env: { KIND: 'it is "quoted" $HOME' },
      tags: [],
      operator: { runners, image: 'grafana/k6:1.8.1' },
    },
    { startedBy: null, uncagedAllowed: false },
  );
}

const endOf = (id: string): Promise<Run> =>
  vi.waitUntil(async () => {
    const run = await findRun(opened.store, id);
    return run && hasEnded(run.state) ? run : null;
  }, 60_000);

/** Why requests were not recorded, each time. */
const gapsOf = async (id: string): Promise<string[]> =>
  (await readRun(opened.store, id))!.recording.gaps.flatMap(({ what, reason }) =>
    what === 'requests' ? [reason] : [],
  );

const listSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
    }),
  ),
});
const list = async (path: string) =>
  listSchema.parse(await (await fetch(`${lab.apiUrl}${path}`)).json()).items.map(({ metadata }) => metadata);

const core = '/api/v1/namespaces/default';
const podsOf = async (id: string) =>
  (await list(`${core}/pods`)).filter(({ labels }) => labels.k6_cr === `scaletrace-${id}` && labels.runner);
/** What k6-operator's runs have left. */
const leftovers = async (): Promise<string[]> =>
  (
    await Promise.all(
      [
        '/apis/k6.io/v1alpha1/namespaces/default/testruns',
        '/apis/batch/v1/namespaces/default/jobs',
        `${core}/secrets`,
        `${core}/configmaps`,
        `${core}/pods?labelSelector=k6_cr`,
      ].map(list),
    )
  )
    .flat()
    .map(({ name }) => name);

it('four runners share a load with one setup and one teardown, each request is counted once, and nothing is left', async () => {
  const iterations = 401;
  const { id, engine } = await start({
    scenarios: { all: { executor: 'shared-iterations', vus: 8, iterations, maxDuration: '20s' } },
  });
  expect(engine).toBe('k6-operator');
  const run = await endOf(id);
  expect([run.state, run.stateReason]).toEqual(['finished', null]);
  expect(run.figures).toMatchObject({ requests: iterations + 2, failures: 0 });
  const counts = run.summary!.metrics.map(({ metric, values }) => [metric, values.count]);
  expect(counts).toContainEqual(['iterations', iterations]);
  expect(run).toMatchObject({ k6Version: '1.8.1', operator: { runners } });
  expect(await gapsOf(id)).toEqual([]);
  await vi.waitUntil(async () => (await leftovers()).length === 0, 10_000);
}, 120_000);

it('a runner whose pod is killed is told by its number, and the others go on', async () => {
  const { id } = await start({ vus: 8, duration: '8s' });
  const pods = await vi.waitUntil(async () => {
    const run = await findRun(opened.store, id);
    return run?.state === 'running' && (run.figures.requests ?? 0) > 0 ? podsOf(id) : null;
  }, 60_000);
  const [, second] = pods;
  await fetch(`${lab.apiUrl}${core}/pods/${second!.name}?gracePeriodSeconds=0`, { method: 'DELETE' });
  const run = await endOf(id);
  expect(run.state).toBe('failed');
  expect(run.stateReason).toMatch(/runner 2 of 4/);
  expect(await gapsOf(id)).toEqual([expect.stringMatching(/runner 2 of 4/)]);
}, 120_000);

it('stopped gracefully, each runner ends by itself, and all that it did is counted', async () => {
  const { id } = await start({ vus: 8, duration: '5m' });
  await vi.waitUntil(async () => ((await findRun(opened.store, id))?.figures.requests ?? 0) > 0, 60_000);
  await manager.stop(id, 'graceful');
  const run = await endOf(id);
  expect(run.state).toBe('stopped');
  await vi.waitUntil(async () => (await leftovers()).length === 0, 10_000);
}, 120_000);

it('a load that a dashboard left behind is found again and removed', async () => {
  const { id } = await start({ vus: 8, duration: '5m' });
  await vi.waitUntil(async () => (await findRun(opened.store, id))?.state === 'running', 60_000);
  expect((await listUnderWay(opened.store)).map(({ loadHandle }) => loadHandle)).toEqual([
    { kubeContext: null, namespace: 'default', name: `scaletrace-${id}` },
  ]);
  await recoverRuns(opened.store, { engine: engines.local, operator: engines.operator });
  expect((await findRun(opened.store, id))?.state).toBe('interrupted');
  await vi.waitUntil(async () => (await leftovers()).length === 0, 10_000);
}, 120_000);
