// title: Spike
// question: How long do requests suffer when the load jumps many times over at once, and how soon do pods follow?
// env: BASE_RATE=40 requests a second before and after
// env: SPIKE_RATE=600 requests a second during the spike
// env: BASE=1m time before the spike
// env: SPIKE=30s length of the spike
// env: RECOVER=2m time after it
// env: VUS=1000 most requests in flight; beyond it, requests are dropped and counted
// env: SPIKE_P95_MS=2000 limit of the 95th percentile during the spike in ms
import http from 'k6/http';
import { check } from 'k6';
import { Trend } from 'k6/metrics';
import type { ConstantArrivalRateScenario, Options } from 'k6/options';

const target = __ENV.TARGET_URL || 'http://127.0.0.1:4380';
const host = __ENV.HOST || 'helloworld-go.default.example.com';
const baseRate = Number(__ENV.BASE_RATE || 40);
const spikeRate = Number(__ENV.SPIKE_RATE || 600);
const vus = Number(__ENV.VUS || 1000);
const [base, spike, recover] = [__ENV.BASE || '1m', __ENV.SPIKE || '30s', __ENV.RECOVER || '2m'].map(
  seconds,
) as [number, number, number];

/** Seconds of a duration such as `1m30s`. */
function seconds(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * units[unit],
    0,
  );
}

function phase(startS: number, durationS: number, rate: number): ConstantArrivalRateScenario {
  return {
    executor: 'constant-arrival-rate',
    startTime: `${startS}s`,
    duration: `${durationS}s`,
    rate,
    timeUnit: '1s',
    // Enough for a second's wait from the beginning: k6 drops a request while it makes another user.
    preAllocatedVUs: Math.min(vus, Math.max(1, Math.ceil(rate))),
    maxVUs: vus,
  };
}

// Three scenarios, so that each phase has its own latency and its own verdict.
export const options: Options = {
  discardResponseBodies: true,
  scenarios: {
    before: phase(0, base, baseRate),
    spike: phase(base, spike, spikeRate),
    after: phase(base + spike, recover, baseRate),
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    'http_req_duration{scenario:before}': ['p(95)<500'],
    'http_req_duration{scenario:spike}': [`p(95)<${Number(__ENV.SPIKE_P95_MS || 2000)}`],
    'http_req_duration{scenario:after}': ['p(95)<500'],
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
