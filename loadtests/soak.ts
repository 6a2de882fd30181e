// title: Soak
// question: Does anything drift over a long time of steady use: latency, failures, the number of pods?
// env: VUS=20 requests in flight
// env: DURATION=30m length
// env: PAUSE=0.1 seconds between a user's requests
// env: P95_MS=500 limit of the 95th percentile in ms
import http from 'k6/http';
import { check, sleep } from 'k6';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';

const target = __ENV.TARGET_URL || 'http://127.0.0.1:4380';
const host = __ENV.HOST || 'helloworld-go.default.example.com';
const pauseS = Number(__ENV.PAUSE || 0.1);

export const options: Options = {
  discardResponseBodies: true,
  scenarios: {
    soak: { executor: 'constant-vus', vus: Number(__ENV.VUS || 20), duration: __ENV.DURATION || '30m' },
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    http_req_duration: [`p(95)<${Number(__ENV.P95_MS || 500)}`],
    checks: ['rate>0.999'],
  },
};

const podDuration = new Trend('pod_duration', true);

export default function (): void {
  const response = http.get(target, { headers: { Host: host }, timeout: '60s' });
  const passed = check(response, { 'status is 200': (r) => r.status === 200 });
  const pod = response.headers['X-Pod'];
  if (pod) podDuration.add(response.timings.duration, { pod, checks: passed ? 'passed' : 'failed' });
  sleep(pauseS);
}
