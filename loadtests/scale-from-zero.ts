// title: Scale from zero
// question: What does a cold start cost the first requests after the service has gone to sleep?
// env: BURSTS=3 how often the service is woken
// env: VUS=10 requests at once that wake it
// env: IDLE=120 seconds of silence between bursts: longer than the stable window and the scale-to-zero grace period together
// env: COLD_MS=10000 longest wait of a request that is accepted, in ms
import http from 'k6/http';
import { check, sleep } from 'k6';
import exec from 'k6/execution';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';

const target = __ENV.TARGET_URL || 'http://127.0.0.1:4380';
const host = __ENV.HOST || 'helloworld-go.default.example.com';
const bursts = Number(__ENV.BURSTS || 3);
const idleS = Number(__ENV.IDLE || 120);

export const options: Options = {
  discardResponseBodies: true,
  scenarios: {
    bursts: {
      executor: 'per-vu-iterations',
      vus: Number(__ENV.VUS || 10),
      iterations: bursts,
      maxDuration: `${bursts * (idleS + 120)}s`,
    },
  },
  thresholds: {
    http_req_failed: ['rate==0'],
    burst_duration: [`max<${Number(__ENV.COLD_MS || 10_000)}`],
    checks: ['rate==1'],
  },
};

const burstDuration = new Trend('burst_duration', true);
const podDuration = new Trend('pod_duration', true);

export default function (): void {
  const burst = exec.vu.iterationInScenario + 1;
  const response = http.get(target, { headers: { Host: host }, timeout: '120s' });
  const passed = check(response, { 'status is 200': (r) => r.status === 200 });
  burstDuration.add(response.timings.duration, { burst: `${burst}` });
  const pod = response.headers['X-Pod'];
  if (pod) podDuration.add(response.timings.duration, { pod, checks: passed ? 'passed' : 'failed' });
  // All virtual users wake at the same moment, however long each one's request took.
  const nextBurstMs = exec.scenario.startTime + burst * idleS * 1000;
  if (burst < bursts) sleep(Math.max(0, nextBurstMs - Date.now()) / 1000);
}
