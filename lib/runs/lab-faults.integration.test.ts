import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startLab, type Lab } from '@/lib/lab/lab';
import { FakeEngine } from '@/lib/loadgen/fake-engine';
import { hasEnded } from '@/lib/model/life';
import { findRun } from '@/lib/store/runs';
import { correlate } from '@/lib/timeline/correlate';
import { countedLags } from '@/lib/timeline/counted-lags';
import { type IncidentPartName } from '@/lib/model/incident';
import { storyOf } from '@/lib/timeline/story';
import { storyMessage } from '@/lib/timeline/story-message';
import { type StorySentence } from '@/lib/timeline/story-sentence';
import { english } from '@/lib/words/english';
import { openTestStore, shortTimes, type TestStore } from './fake-run';
import { applyLabService, registerLabService, servedIn, setFaults } from './lab-service';
import { RunManager } from './manager';
import { readRun } from './read';

/** Pods wanted: as many as three requests each at once. */
const pods = 2;
const concurrency = 3;

let opened: TestStore;
let stateDir: string;
let lab: Lab;
beforeAll(async () => {
  opened = await openTestStore();
});
afterEach(async () => {
  await lab.close();
  rmSync(stateDir, { recursive: true, force: true });
});
afterAll(() => opened.close());

async function until<T>(what: () => Promise<T | null | false>): Promise<T> {
  for (const endMs = Date.now() + 40_000; Date.now() < endMs;) {
    const found = await what();
    if (found !== null && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(String(what));
}

/**
 * The story of a run from zero pods on a lab with these faults, until all pods are ready. What each lag is said to be made
 * of adds up to what its pods took.
 */
async function storyWith(faults: Record<string, string>): Promise<StorySentence[]> {
  stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-faults-'));
  lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir });
  process.env.KUBECONFIG = lab.kubeconfig;
  const shop = {
    name: 'shop',
    containerConcurrency: concurrency,
    annotations: {
      'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/max-scale': `${pods}`,
    },
  };
  await applyLabService(lab, shop, servedIn(100));
  const host = 'shop.default.example.com';
  const service = await registerLabService(opened.store, lab, shop);
  const engine = new FakeEngine();
  const manager = new RunManager(opened.store, engine, {
    ...shortTimes,
    observeAfterMs: 500,
    pushSilenceMs: 1e9,
  });
  const { id } = await manager.start(
    { serviceId: service.id, scriptName: 'faults', scriptText: '', env: {}, tags: [] },
    { startedBy: null, uncagedAllowed: false },
  );
  await until(async () => (await findRun(opened.store, id))?.state === 'running');
  // Kubernetes' times are whole seconds: what happens now is told apart from what was there.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await setFaults(lab, faults);
  let under = true;
  const load = Array.from({ length: pods * concurrency }, async () => {
    while (under) await request(lab.gatewayUrl, { headers: { host } }).then(({ body }) => body.dump());
  });
  const read = async () => (await readRun(opened.store, id))!;
  try {
    await until(async () => {
      const { recording } = await read();
      return (
        new Set(recording.podEvents.filter(({ phase }) => phase === 'ready').map(({ uid }) => uid)).size ===
        pods
      );
    });
  } finally {
    under = false;
    await Promise.all(load);
  }
  engine.loads.at(-1)!.end();
  await until(async () => {
    const run = await findRun(opened.store, id);
    return run !== null && hasEnded(run.state);
  });
  const { run, recording } = await read();
  const correlation = correlate(recording, run.loadStartMs, run.loadEndMs);
  const lags = countedLags(recording, correlation);
  expect(lags.length).toBeGreaterThan(0);
  for (const { partsMs, countedMs } of lags) expect(Math.abs(partsMs - countedMs)).toBeLessThanOrEqual(50);
  return storyOf(run, correlation, recording);
}

/** The incident that the story tells with its culprit, the part that took most of it, and what the cluster noted. */
async function incidentWith(
  faults: Record<string, string>,
): Promise<{ most: IncidentPartName; why: string; notes: string }> {
  const sentences = await storyWith(faults);
  const said = (kind: StorySentence['kind']): string =>
    sentences
      .filter((sentence) => sentence.kind === kind)
      .map((sentence) => english(storyMessage(sentence)))
      .join('\n');
  const [worst] = sentences
    .flatMap((sentence) => (sentence.kind === 'incident' ? [sentence.incident] : []))
    .sort((a, b) => b.durationMs - a.durationMs);
  expect(worst, JSON.stringify(sentences)).toBeDefined();
  const most = worst!.parts.reduce((a, b) => (b.toMs - b.fromMs > a.toMs - a.fromMs ? b : a)).part;
  return { most, why: said('incident'), notes: `${said('incident')}\n${said('note')}` };
}

it('names the pull of an image', async () => {
  expect((await incidentWith({ imagePullMs: '2000' })).most).toBe('pull');
});

it('names the wait for a new node', async () => {
  const { most, notes } = await incidentWith({ podsPerNode: '1', newNodeMs: '2500' });
  expect(most).toBe('schedule');
  expect(notes).toContain('FailedScheduling');
  expect(notes).toContain('TriggeredScaleUp');
});

it('names the failing readiness probe', async () => {
  const { most, notes } = await incidentWith({ failReadinessMs: '2500' });
  expect(most).toBe('probe');
  expect(notes).toContain('Unhealthy');
});

it('names the crash at start and its back-off', async () => {
  const { most, why, notes } = await incidentWith({ crashStarts: '2' });
  expect(most).toBe('start');
  expect(why).toContain('Error');
  expect(notes).toContain('BackOff');
});

it('names a container that ran out of memory', async () => {
  expect((await incidentWith({ oomStarts: '1' })).why).toContain('OOMKilled');
});

it('names the late autoscaler', async () => {
  expect((await incidentWith({ autoscalerDelayMs: '3000' })).most).toBe('decide');
});

it('names the watch that was held back', async () => {
  const sentences = await storyWith({ stallWatchMs: '4000' });
  expect(sentences.some((sentence) => sentence.kind === 'gap' && sentence.what === 'pods')).toBe(true);
});
