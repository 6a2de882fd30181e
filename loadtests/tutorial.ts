// title: The tutorial's load
// question: How does the service scale from nothing when a fixed number of requests arrives all at once, always the same number in flight?
// env: REQUESTS=100000 requests in all
// env: VUS=50 requests in flight
// env: TIMEOUT=180s longest wait for one answer
// env: MAX_DURATION=30m end of the test even if requests are left
import http from 'k6/http';
import { check } from 'k6';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';

const target = __ENV.TARGET_URL || 'http://127.0.0.1:4380';
const host = __ENV.HOST || 'helloworld-go.default.example.com';
const timeout = __ENV.TIMEOUT || '180s';

export const options: Options = {
  discardResponseBodies: true,
  scenarios: {
    tutorial: {
      executor: 'shared-iterations',
      vus: Number(__ENV.VUS || 50),
      iterations: Number(__ENV.REQUESTS || 100_000),
      maxDuration: __ENV.MAX_DURATION || '30m',
    },
  },
  thresholds: {
    http_req_failed: ['rate==0'],
    checks: ['rate==1'],
  },
};

const podDuration = new Trend('pod_duration', true);

export default function (): void {
  const response = http.get(target, { headers: { Host: host }, timeout });
  const passed = check(response, { 'status is 200': (r) => r.status === 200 });
  const pod = response.headers['X-Pod'];
  if (pod) podDuration.add(response.timings.duration, { pod, checks: passed ? 'passed' : 'failed' });
}
