// title: Constant arrival rate
// question: Does the service hold its latency at this many requests a second, however long each of them takes?
// env: RATE=200 requests a second
// env: DURATION=2m length
// env: VUS=500 most requests in flight; beyond it, requests are dropped and counted
// env: P95_MS=500 limit of the 95th percentile in ms
import http from 'k6/http';
import { check } from 'k6';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';

const target = __ENV.TARGET_URL || 'http://127.0.0.1:4380';
const host = __ENV.HOST || 'helloworld-go.default.example.com';
const rate = Number(__ENV.RATE || 200);
const vus = Number(__ENV.VUS || 500);

export const options: Options = {
  discardResponseBodies: true,
  scenarios: {
    constant_rate: {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: __ENV.DURATION || '2m',
      // All from the beginning: k6 drops a request while it makes another user.
      preAllocatedVUs: vus,
      maxVUs: vus,
    },
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    http_req_duration: [`p(95)<${Number(__ENV.P95_MS || 500)}`],
    dropped_iterations: ['count==0'],
    checks: ['rate>0.999'],
  },
};

const podDuration = new Trend('pod_duration', true);

export default function (): void {
  const response = http.get(target, { headers: { Host: host }, timeout: '60s' });
  const passed = check(response, { 'status is 200': (r) => r.status === 200 });
  const pod = response.headers['X-Pod'];
  if (pod) podDuration.add(response.timings.duration, { pod, checks: passed ? 'passed' : 'failed' });
}
