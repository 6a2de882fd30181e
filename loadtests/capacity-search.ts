// title: Capacity search
// question: What is the highest rate that the service serves within its latency limit? The last step whose thresholds held is the answer; the first that fails ends the run.
// env: START_RATE=100 requests a second of the first step
// env: STEP_RATE=100 how much more each further step has
// env: STEPS=10 how many steps at most
// env: STEP=30 seconds of each step; its first third is for scaling and is not judged
// env: P95_MS=500 limit of the 95th percentile in ms
// env: VUS=1000 most requests in flight; beyond it, requests are dropped and the step fails
import http from 'k6/http';
import { check } from 'k6';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';

const target = __ENV.TARGET_URL || 'http://127.0.0.1:4380';
const host = __ENV.HOST || 'helloworld-go.default.example.com';
const stepS = Number(__ENV.STEP || 30);
const vus = Number(__ENV.VUS || 1000);
const p95Ms = Number(__ENV.P95_MS || 500);
const rates = Array.from(
  { length: Number(__ENV.STEPS || 10) },
  (_, i) => Number(__ENV.START_RATE || 100) + i * Number(__ENV.STEP_RATE || 100),
);

const scenarios: NonNullable<Options['scenarios']> = {};
const thresholds: NonNullable<Options['thresholds']> = { checks: ['rate>0.99'] };

function step(name: string, rate: number, startS: number, durationS: number): void {
  scenarios[name] = {
    executor: 'constant-arrival-rate',
    startTime: `${startS}s`,
    duration: `${durationS}s`,
    gracefulStop: '5s',
    rate,
    timeUnit: '1s',
    // k6 drops a request while it makes another user: there are enough for twice the limit from the beginning.
    preAllocatedVUs: Math.min(vus, Math.max(10, Math.ceil((rate * p95Ms * 2) / 1000))),
    maxVUs: vus,
  };
}

rates.forEach((rate, i) => {
  const scalingS = Math.floor(stepS / 3);
  // `rate_100_scaling` gives pods time to come; `rate_100` is judged.
  step(`rate_${rate}_scaling`, rate, i * stepS, scalingS);
  step(`rate_${rate}`, rate, i * stepS + scalingS, stepS - scalingS);
  thresholds[`http_req_duration{scenario:rate_${rate}}`] = [
    { threshold: `p(95)<${p95Ms}`, abortOnFail: true, delayAbortEval: '2s' },
  ];
  thresholds[`http_req_failed{scenario:rate_${rate}}`] = [
    { threshold: 'rate<0.01', abortOnFail: true, delayAbortEval: '2s' },
  ];
  thresholds[`dropped_iterations{scenario:rate_${rate}}`] = [{ threshold: 'count==0', abortOnFail: true }];
});

export const options: Options = { discardResponseBodies: true, scenarios, thresholds };

const podDuration = new Trend('pod_duration', true);

export default function (): void {
  const response = http.get(target, { headers: { Host: host }, timeout: '60s' });
  const passed = check(response, { 'status is 200': (r) => r.status === 200 });
  const pod = response.headers['X-Pod'];
  if (pod) podDuration.add(response.timings.duration, { pod, checks: passed ? 'passed' : 'failed' });
}

declare const console: { log(text: string): void };

interface Verdict {
  rate: number;
  requests: number;
  p95Ms: number;
  held: boolean;
}

/** Says the answer in the log: steps that never came have no requests, so k6 counts their thresholds as met. */
export function handleSummary(data: {
  metrics: Record<
    string,
    { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> } | undefined
  >;
}): Record<string, string> {
  if (!Object.values(data.metrics).some((metric) => metric?.thresholds)) {
    console.log(
      'Capacity: no runner of several judges the steps; the thresholds of the run tell which held.',
    );
    return {};
  }
  const verdicts = rates.map((rate): Verdict => {
    const judged = ['http_req_duration', 'http_req_failed', 'dropped_iterations'].map(
      (metric) => data.metrics[`${metric}{scenario:rate_${rate}}`],
    );
    const [durations, failures] = judged;
    const requests = (failures?.values.passes ?? 0) + (failures?.values.fails ?? 0);
    return {
      rate,
      requests,
      p95Ms: durations?.values['p(95)'] ?? 0,
      held: judged.every((metric) => Object.values(metric?.thresholds ?? {}).every(({ ok }) => ok)),
    };
  });
  const reached = verdicts.filter(({ requests, held }) => requests > 0 || !held);
  const failed = reached.find(({ held }) => !held);
  const best = reached.filter(({ rate, held }) => held && (!failed || rate < failed.rate)).at(-1);
  const words = best
    ? `Capacity: ${best.rate} requests a second, p95 ${Math.round(best.p95Ms)} ms.`
    : 'Capacity: below the first step.';
  const end = failed
    ? ` ${failed.rate} a second did not hold (p95 ${Math.round(failed.p95Ms)} ms).`
    : reached.length === rates.length
      ? ' Every step held: search higher.'
      : ' The run ended before a step failed.';
  console.log(words + end);
  return {};
}
