// title: Ramp up and down
// question: Do pods keep up with load that grows steadily, and do they go away again when it falls?
// env: RATE=400 requests a second at the top
// env: RAMP=2m time from nothing to the top, and back
// env: HOLD=1m time at the top
// env: VUS=500 most requests in flight; beyond it, requests are dropped and counted
// env: P95_MS=1000 limit of the 95th percentile in ms
import http from 'k6/http';
import { check } from 'k6';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';

const target = __ENV.TARGET_URL || 'http://127.0.0.1:4380';
const host = __ENV.HOST || 'helloworld-go.default.example.com';
const rate = Number(__ENV.RATE || 400);
const ramp = __ENV.RAMP || '2m';
const vus = Number(__ENV.VUS || 500);

export const options: Options = {
  discardResponseBodies: true,
  scenarios: {
    ramp: {
      executor: 'ramping-arrival-rate',
      startRate: 0,
      timeUnit: '1s',
      stages: [
        { target: rate, duration: ramp },
        { target: rate, duration: __ENV.HOLD || '1m' },
        { target: 0, duration: ramp },
      ],
      // All from the beginning: k6 drops a request while it makes another user.
      preAllocatedVUs: vus,
      maxVUs: vus,
    },
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    http_req_duration: [`p(95)<${Number(__ENV.P95_MS || 1000)}`],
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
