import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { explain, decisionReasonSchema } from '@/lib/autoscaling';
import { stateDirectory } from '@/lib/environment/paths';
import { startLab, type Lab } from '@/lib/lab/lab';
import { LocalK6 } from '@/lib/loadgen/local-k6';
import { hasEnded } from '@/lib/model/life';
import { findRun } from '@/lib/store/runs';
import { correlate } from '@/lib/timeline/correlate';
import { english } from '@/lib/words/english';
import { startIngest } from './fake-ingest';
import { openTestStore, type TestStore } from './fake-run';
import { applyLabService, registerLabService, setFaults } from './lab-service';
import { RunManager } from './manager';
import { readRun } from './read';

/** What a request burns, how many come, and what a pod requests: the container's and the queue-proxy's 25m. */
const cpuMs = 10;
const perSecond = 25;
const requestMilli = 100 + 25;
const targetPercent = 50;
const metricsEveryMs = 3000;

let opened: TestStore;
let stateDir: string;
let lab: Lab;
let ingest: Awaited<ReturnType<typeof startIngest>>;
let manager: RunManager;
beforeAll(async () => {
  const k6Dir = stateDirectory();
  opened = await openTestStore();
  ingest = await startIngest(() => manager);
  process.env.SCALETRACE_URL = ingest.url;
  manager = new RunManager(opened.store, new LocalK6(k6Dir));
});
afterEach(async () => {
  await lab.close();
  rmSync(stateDir, { recursive: true, force: true });
});
afterAll(async () => {
  ingest.close();
  await opened.close();
});

const get = async (path: string): Promise<string> => (await fetch(`${lab.apiUrl}${path}`)).text();

/** A run of an hpa on CPU in a new lab; `stages`: k6's, from one request a second on. */
async function runOf(
  faults: Record<string, string>,
  stages: { target: number; duration: string }[],
): ReturnType<typeof readRun> {
  stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-hpa-'));
  lab = await startLab({
    gatewayPort: 0,
    apiPort: 0,
    metricsPort: 0,
    stateDir,
    podMetricsEveryMs: metricsEveryMs,
  });
  process.env.KUBECONFIG = lab.kubeconfig;
  await setFaults(lab, faults);
  const busy = {
    name: 'busy',
    containerConcurrency: 0,
    annotations: {
      'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/metric': 'cpu',
      'autoscaling.knative.dev/target': `${targetPercent}`,
      'autoscaling.knative.dev/max-scale': '10',
    },
  };
  await applyLabService(lab, busy, {
    env: [
      { name: 'CPU_MS', value: `${cpuMs}` },
      { name: 'SERVICE_TIME_MS', value: '20' },
    ],
    resources: { requests: { cpu: '100m' } },
  });
  const service = await registerLabService(opened.store, lab, busy);
  const script = `import http from 'k6/http';
export const options = { scenarios: { load: { executor: 'ramping-arrival-rate', startRate: 1, timeUnit: '1s',
  preAllocatedVUs: 40, stages: ${JSON.stringify(stages)} } } };
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });`;
  const { id } = await manager.start(
    { serviceId: service.id, scriptName: 'mine', scriptText: script, env: {}, tags: [] },
    { startedBy: null, uncagedAllowed: true },
  );
  await vi.waitUntil(
    async () => {
      const run = await findRun(opened.store, id);
      return run !== null && hasEnded(run.state);
    },
    { timeout: 100_000, interval: 200 },
  );
  return readRun(opened.store, id);
}

it('on CPU the pods rise to what the requests burn, and the calculation says so with the cluster', async () => {
  const { run, recording } = (await runOf({}, [
    { target: 1, duration: '17s' },
    { target: perSecond, duration: '1s' },
    { target: perSecond, duration: '40s' },
  ]))!;
  expect(run.state, run.stateReason ?? '').toBe('finished');
  const correlation = correlate(recording, run.loadStartMs, run.loadEndMs);
  // What requests burn by themselves; answering them takes some CPU too.
  const least = Math.floor((perSecond * cpuMs) / ((requestMilli * targetPercent) / 100) / 1.1);
  const decided = correlation.decided.at(-1)!.pods;
  expect(decided).toBeGreaterThanOrEqual(least);
  const due = recording.decisions.findLast(({ valid }) => valid)!;
  expect(due.replicas).toBe(decided);
  expect(correlation.matched.some(({ expected }) => expected.to > expected.from)).toBe(true);
  expect(correlation.missed.filter(({ to, from }) => to > from)).toEqual([]);

  const hpas = await get('/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers');
  expect(hpas).toContain('"averageUtilization"');
  expect(hpas).toContain('"reason":"ValidMetricFound"');
  const usage = recording.reports!.flatMap((report) => (report.kind === 'usage' ? report.pods : []));
  expect(new Set(usage.map(({ pod }) => pod)).size).toBe(decided);
  for (const pod of usage) expect(pod.cpuRequestMilli).toBe(requestMilli);
});

it('without metrics it says so, and nothing is due', async () => {
  const { run, recording } = (await runOf({ noPodMetrics: 'true' }, [{ target: 1, duration: '17s' }]))!;
  expect(run.autoscaling!.unread!.join(' ')).toContain('pods.metrics.k8s.io');
  expect(run.autoscaling!.unread!.join(' ')).toContain('CPU and memory were not recorded');
  expect(recording.decisions.length).toBeGreaterThan(0);
  expect(recording.decisions.some(({ valid }) => valid)).toBe(false);
  const { expected } = correlate(recording, run.loadStartMs, run.loadEndMs);
  expect(expected).toEqual([]);
  const decision = recording.decisions.at(-1)!;
  const reason = decisionReasonSchema.parse(decision.reason);
  expect(english(explain({ ...decision, boundBy: 'no-data', reason }))).toContain('resource metrics API');
  const hpas = await get('/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers');
  expect(hpas).toContain('"reason":"FailedGetResourceMetric"');
});
