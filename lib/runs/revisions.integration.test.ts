import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startLab, type Lab } from '@/lib/lab/lab';
import { LocalK6 } from '@/lib/loadgen/local-k6';
import { hasEnded } from '@/lib/model/life';
import { type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { findRun } from '@/lib/store/runs';
import { correlate, type Correlation } from '@/lib/timeline/correlate';
import { storyOf } from '@/lib/timeline/story';
import { defaultTimes } from './run-times';
import { startIngest } from './fake-ingest';
import { openTestStore, type TestStore } from './fake-run';
import { labServices, registerLabService, writeToLab } from './lab-service';
import { RunManager } from './manager';
import { readRun } from './read';

let opened: TestStore;
let stateDir: string;
let lab: Lab;
let manager: RunManager;
let dashboard: Awaited<ReturnType<typeof startIngest>>;

beforeAll(async () => {
  opened = await openTestStore();
  manager = new RunManager(opened.store, new LocalK6(opened.folder), {
    ...defaultTimes,
    observeAfterMs: 500,
  });
  // The part of a dashboard that k6 needs.
  dashboard = await startIngest(() => manager);
  process.env.SCALETRACE_URL = dashboard.url;
});
afterEach(async () => {
  await lab.close();
  rmSync(stateDir, { recursive: true, force: true });
});
afterAll(async () => {
  delete process.env.SCALETRACE_URL;
  dashboard.close();
  await opened.close();
});

async function until<T>(what: () => Promise<T | null | false>): Promise<T> {
  for (const endMs = Date.now() + 40_000; Date.now() < endMs;) {
    const found = await what();
    if (found !== null && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(String(what));
}

const write = (body: object, method: 'POST' | 'PATCH' = 'PATCH'): Promise<void> =>
  writeToLab(lab, method === 'POST' ? labServices : `${labServices}/shop`, method, body);

const annotationsOf = (minScale: number, target: number): Record<string, string> => ({
  'autoscaling.knative.dev/target': `${target}`,
  'autoscaling.knative.dev/min-scale': `${minScale}`,
  'autoscaling.knative.dev/initial-scale': '1',
});
const template = (minScale: number, target = 10): object => ({
  metadata: { annotations: annotationsOf(minScale, target) },
  spec: { containers: [{ image: 'helloworld-go', env: [{ name: 'SERVICE_TIME_MS', value: '100' }] }] },
});
const shop = (minScale: number, target: number): object => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'shop', namespace: 'default' },
  spec: { template: template(minScale, target) },
});
async function untilReady(revision: string): Promise<void> {
  await until(async () => {
    const service = await (await fetch(`${lab.apiUrl}${labServices}/shop`)).text();
    return service.includes(`"latestReadyRevisionName":"${revision}"`);
  });
}

/** The requests that the lab's gateway has sent to each revision. */
async function requestsSent(): Promise<Record<string, number>> {
  const text = await (await fetch(lab.metricsUrl)).text();
  const rows = text.matchAll(/^envoy_cluster_upstream_rq_total\{.*"default\/([\w-]+)".*\} (\d+)$/gm);
  return Object.fromEntries([...rows].map(([, revision, count]) => [revision!, Number(count)]));
}

interface Told {
  run: Run;
  recording: Recording;
  correlation: Correlation;
}

/** A run of the real k6 with so many users in flight; `during` happens once it is under load. */
async function runUnderLoad(
  minScale: number,
  seconds: number,
  during: (id: string) => Promise<void>,
  target = 10,
): Promise<Told> {
  const service = await registerLabService(opened.store, lab, {
    name: 'shop',
    containerConcurrency: 0,
    annotations: annotationsOf(minScale, target),
  });
  const { id } = await manager.start(
    {
      serviceId: service.id,
      scriptName: 'revisions',
      scriptText: `import http from 'k6/http';
export const options = { vus: 12, duration: '${seconds}s' };
export default function () { http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } }); }`,
      env: {},
      tags: [],
    },
    { startedBy: null, uncagedAllowed: true },
  );
  await until(async () => {
    const { recording } = (await readRun(opened.store, id))!;
    return recording.concurrency.some(({ total }) => total > 6);
  });
  await during(id);
  const ended = await until(async () => {
    const run = await findRun(opened.store, id);
    return run !== null && hasEnded(run.state) && run;
  });
  expect(ended.state, ended.stateReason ?? '').toBe('finished');
  const { run, recording } = (await readRun(opened.store, id))!;
  return { run, recording, correlation: correlate(recording, run.loadStartMs, run.loadEndMs) };
}

async function begin(minScale: number, target = 10): Promise<void> {
  stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-revisions-'));
  lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir });
  process.env.KUBECONFIG = lab.kubeconfig;
  await write(shop(minScale, target), 'POST');
  await untilReady('shop-00001');
}

it('tells a rollout under load as one: no request fails, and the old revision’s pods are nobody’s lag', async () => {
  await begin(1);
  const { run, recording, correlation } = await runUnderLoad(1, 20, async (id) => {
    // The old one has followed the load by then, as the calculation has: of what it did only the rollout is left.
    await until(async () => (await readRun(opened.store, id))!.recording.decisions.at(-1)?.replicas === 2);
    await write({ spec: { template: template(2) } });
    await untilReady('shop-00002');
  });
  expect(run.figures.failures).toBe(0);
  expect(correlation.rollouts).toMatchObject([
    { revision: 'shop-00002', before: ['shop-00001'], by: 'route' },
  ]);
  const [rollout] = correlation.rollouts;
  expect(rollout!.tookOverMs).toBeGreaterThan(rollout!.startedMs);
  // The old one served until then, the new one from then on.
  const settled = recording.concurrency.filter(({ instant }) => !instant);
  const before = settled.filter(({ atMs }) => atMs < rollout!.tookOverMs!);
  expect(before.every(({ byRevision }) => !byRevision?.['shop-00002'])).toBe(true);
  expect(settled.find(({ atMs }) => atMs > rollout!.tookOverMs! + 2000)!.byRevision!['shop-00001'] ?? 0).toBe(
    0,
  );
  // Each by its own settings: the new one's least is two.
  const own = correlation.revisions.map(({ revision, minScale }) => [revision, minScale]);
  expect(own).toEqual([
    ['shop-00001', 0],
    ['shop-00002', 2],
  ]);
  expect(correlation.unexpected).toEqual([]);
  const kinds = storyOf(run, correlation, recording).map(({ kind }) => kind);
  expect(kinds).toContain('rollout');
  expect(kinds).not.toContain('unexpected');
});

it('tells a 50/50 split as one, and calculates each revision by what is in flight at it', async () => {
  // Pods of a busy machine take unequal times, and users then gather at the slower ones: all of them are a pod of 28.
  const target = 40;
  await begin(2, target);
  await write({ spec: { template: template(1, target) } });
  await untilReady('shop-00002');
  await write({
    spec: {
      traffic: [
        { revisionName: 'shop-00001', percent: 50 },
        { latestRevision: true, percent: 50 },
      ],
    },
  });
  const { run, recording, correlation } = await runUnderLoad(1, 12, () => Promise.resolve(), target);
  expect(run.figures.failures).toBe(0);
  expect(correlation.rollouts).toEqual([]);
  expect(correlation.splits).toMatchObject([
    {
      by: 'route',
      toMs: null,
      shares: [
        { revision: 'shop-00001', percent: 50 },
        { revision: 'shop-00002', percent: 50 },
      ],
    },
  ]);
  const sent = await requestsSent();
  const [first = 0, second = 0] = [sent['shop-00001'], sent['shop-00002']];
  expect(first + second).toBeGreaterThan(100);
  // Each request goes either way: five standard deviations.
  const deviation = 0.5 / Math.sqrt(first + second);
  expect(Math.abs(first / (first + second) - 0.5)).toBeLessThan(5 * deviation);
  const partsOf = (revision: string) =>
    recording.decisions.flatMap(({ part, atMs }) => (part?.revision === revision ? [{ ...part, atMs }] : []));
  for (const revision of ['shop-00001', 'shop-00002']) {
    // By what was in flight at it: the last panic window of the load, whose edges lie in other seconds than the samples.
    const tick = partsOf(revision).findLast(({ atMs }) => atMs <= run.loadEndMs!)!;
    const seconds = recording.concurrency.filter(
      ({ instant, atMs }) => !instant && atMs > tick.atMs - 6000 && atMs <= tick.atMs,
    );
    const read =
      seconds.reduce((sum, { byRevision }) => sum + (byRevision?.[revision] ?? 0), 0) / seconds.length;
    expect(Math.abs(tick.panicAverage! - read)).toBeLessThan(3);
  }
  // Each by its own settings: the first one keeps its two.
  const last = (revision: string) => partsOf(revision).at(-1)!.replicas;
  expect([last('shop-00001'), last('shop-00002')]).toEqual([2, 1]);
  expect(recording.decisions.at(-1)!.replicas).toBe(3);
  expect(run.autoscaling!.assumptions.join(' ')).not.toContain('takes them as one');
  expect(storyOf(run, correlation, recording).map(({ kind }) => kind)).toContain('split');
});
