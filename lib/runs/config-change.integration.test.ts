import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startLab, type Lab } from '@/lib/lab/lab';
import { FakeEngine } from '@/lib/loadgen/fake-engine';
import { hasEnded } from '@/lib/model/life';
import { findRun } from '@/lib/store/runs';
import { correlate } from '@/lib/timeline/correlate';
import { storyOf } from '@/lib/timeline/story';
import { storyMessage } from '@/lib/timeline/story-message';
import { english } from '@/lib/words/english';
import { openTestStore, shortTimes, type TestStore } from './fake-run';
import { applyLabService, registerLabService, writeToLab } from './lab-service';
import { RunManager } from './manager';
import { readRun } from './read';

let opened: TestStore;
let stateDir: string;
let lab: Lab;
beforeAll(async () => {
  opened = await openTestStore();
  stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-config-'));
  lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir });
  process.env.KUBECONFIG = lab.kubeconfig;
});
afterAll(async () => {
  await lab.close();
  rmSync(stateDir, { recursive: true, force: true });
  await opened.close();
});

const configMaps = '/api/v1/namespaces/knative-serving/configmaps';
const patience = { timeout: 20_000, interval: 50 };

it('a ConfigMap that changes during a run is told with its time, and both calculations go by it from their next tick on', async () => {
  const shop = {
    name: 'shop',
    containerConcurrency: 10,
    annotations: { 'autoscaling.knative.dev/min-scale': '1' },
  };
  await applyLabService(lab, shop);
  const service = await registerLabService(opened.store, lab, shop);
  const engine = new FakeEngine();
  const manager = new RunManager(opened.store, engine, { ...shortTimes, pushSilenceMs: 1e9 });
  const { id } = await manager.start(
    { serviceId: service.id, scriptName: 'mine', scriptText: '', env: {}, tags: [] },
    { startedBy: null, uncagedAllowed: false },
  );
  const read = async () => (await readRun(opened.store, id))!;
  const windows = async (): Promise<unknown[]> =>
    (await read()).recording.decisions.map(({ reason }) => reason.stableWindowMs);
  await vi.waitUntil(async () => (await windows()).length > 0, patience);

  await writeToLab(lab, `${configMaps}/config-autoscaler`, 'PATCH', {
    data: { 'stable-window': '30s', 'container-concurrency-target-percentage': '50' },
  });
  await writeToLab(lab, configMaps, 'POST', {
    metadata: { name: 'config-defaults' },
    data: { 'container-concurrency': '7', 'revision-timeout-seconds': '11' },
  });
  await vi.waitUntil(async () => (await windows()).includes(30_000), patience);
  await vi.waitUntil(async () => {
    const path = '/api/v1/namespaces/knative-serving/pods/autoscaler-lab:9090/proxy/metrics';
    const text = await (await fetch(`${lab.apiUrl}${path}`)).text();
    return /kn_revision_concurrency_target\{[^}]*\} 5\n/.test(text);
  }, patience);
  engine.loads.at(-1)!.end();
  await vi.waitUntil(async () => {
    const run = await findRun(opened.store, id);
    return run !== null && hasEnded(run.state);
  }, patience);

  const { run, recording } = await read();
  expect(run.autoscaling!.unread!.filter((why) => why.startsWith('configmaps'))).toEqual([]);
  const changes = recording.reports!.filter((report) => report.kind === 'config');
  expect(changes.map(({ key, before, after }) => [key, before, after])).toEqual([
    ['stable-window', null, '30s'],
    ['container-concurrency-target-percentage', null, '50'],
  ]);
  const changedMs = changes[0]!.atMs;
  const { decisions } = recording;
  expect(decisions.filter(({ atMs }) => atMs < changedMs).map(({ reason }) => reason.target)).not.toContain(
    5,
  );
  const later = decisions.filter(({ atMs }) => atMs > changedMs).map(({ reason }) => reason.target);
  expect(new Set(later)).toEqual(new Set([5]));
  const story = storyOf(run, correlate(recording, run.loadStartMs, run.loadEndMs), recording).map(
    (sentence) => english(storyMessage(sentence)),
  );
  expect(story.join('\n')).toContain('config-autoscaler was changed: stable-window from nothing to 30s');
});
