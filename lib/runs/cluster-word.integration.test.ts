import { afterEach, expect, it } from 'vitest';
import { request } from 'undici';
import { startLab } from '@/lib/lab/lab';
import { findRun } from '@/lib/store/runs';
import { readRecording } from '@/lib/store/recording';
import { correlate } from '@/lib/timeline/correlate';
import { lagPartNames, type LagPart } from '@/lib/model/lag-part';
import { mostOfLag } from '@/lib/timeline/lag-parts';
import { storyMessage, storyOf } from '@/lib/timeline/story';
import { english } from '@/lib/words/english';
import { openTestStore, queueRun, until } from './fake-run';
import { observeService } from './observe';
import { Recorder } from './recorder';
import { RunClock } from './run-clock';
import { applyService } from './services';
import { tickAlong } from './tick-along';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const yaml = `
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: shop}
spec:
  template:
    metadata:
      annotations: {autoscaling.knative.dev/class: mpa.autoscaling.knative.dev, autoscaling.knative.dev/max-scale: "5"}
    spec:
      containerConcurrency: 5
      containers: [{image: docker.io/scaletrace/helloworld-go, env: [{name: TARGET, value: Knative}]}]
`;

/** A service of the lab from zero, with ten requests in flight until its pods are ready, under these faults. */
async function underFaults(faults: Record<string, string>) {
  const opened = await openTestStore();
  cleanUps.push(() => opened.close());
  delete process.env.KUBECONFIG;
  const { store, folder } = opened;
  const lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir: folder });
  cleanUps.push(() => lab.close());
  const service = await applyService(store, yaml);
  const path = `${lab.apiUrl}/api/v1/namespaces/knative-serving/configmaps/scaletrace-lab-faults`;
  const { statusCode, body } = await request(path, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ data: faults }),
  });
  expect([statusCode, await body.text()]).toMatchObject([200, expect.any(String)]);

  await queueRun(store, service, 'r');
  const clock = new RunClock();
  const fail = (error: unknown): never => {
    throw error;
  };
  const recorder = new Recorder(store, 'r', clock.originMs, fail, { zeroMs: clock.zeroMs });
  const observation = await observeService(service, recorder, new AbortController().signal);
  cleanUps.push(() => observation.stop());
  const loadStartMs = clock.nowMs;
  recorder.startAnnotator(observation.config, loadStartMs);
  cleanUps.push(tickAlong(recorder, clock.clocks.steadyMs));
  const load = Array.from({ length: 10 }, async () => {
    const answer = await request(service.gatewayUrl, {
      headers: { host: service.host },
      headersTimeout: 60_000,
    });
    await answer.body.dump();
  });
  await Promise.all(load);
  await until(() => recorder.readyPods >= 2);
  const readyMs = clock.nowMs;
  await new Promise((resolve) => setTimeout(resolve, 300));
  await recorder.flush();
  const recording = await readRecording(store, 'r');
  const correlation = correlate(recording, loadStartMs, readyMs);
  const run = (await findRun(store, 'r'))!;
  return {
    autoscaling: observation.autoscaling,
    correlation,
    recording,
    story: storyOf(run, correlation, recording).map((sentence) => english(storyMessage(sentence))),
  };
}

it.each<{ faults: Record<string, string>; part: LagPart; atLeastMs: number; words: RegExp }>([
  { faults: { imagePullMs: '2000' }, part: 'pull', atLeastMs: 2000, words: /image pull/ },
  { faults: { failReadinessMs: '2000' }, part: 'probe', atLeastMs: 1500, words: /readiness probe/ },
  {
    faults: { podsPerNode: '1', newNodeMs: '2000' },
    part: 'schedule',
    atLeastMs: 1500,
    words: /waiting for a new node/,
  },
  { faults: { autoscalerDelayMs: '2000' }, part: 'decide', atLeastMs: 1500, words: /decision/ },
  {
    faults: { oomStarts: '2' },
    part: 'start',
    atLeastMs: 5000,
    words: /container start, after OOMKilled/,
  },
])(
  'names the true cause of a lag under $faults, in parts that add up to it',
  async (one) => {
    const { autoscaling, correlation, recording, story } = await underFaults(one.faults);
    expect(autoscaling.unread).toEqual([]);
    const kinds = new Set(recording.reports?.map((report) => report.kind));
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['event', 'pod', 'scale']));
    const match = correlation.matched.find(({ expected }) => expected.to > expected.from)!;
    const { parts } = correlation.lagParts[match.expected.id]!;
    const sum = lagPartNames.reduce((total, part) => total + (parts[part] ?? 0), 0);
    expect(Math.abs(sum - match.lag.totalMs!)).toBeLessThan(50);
    expect(parts[one.part]).toBeGreaterThanOrEqual(one.atLeastMs);
    expect(mostOfLag(Object.values(correlation.lagParts))!.most).toBe(one.part);
    expect(story.find((sentence) => /ready .* late: /.test(sentence))).toMatch(one.words);
    expect(correlation.difference).not.toBeNull();
  },
  60_000,
);
