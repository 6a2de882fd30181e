// title: Streaming model server
// question: What do users of a model server wait for: the first byte, then each token, and how many pods does that take?
// env: VUS=24 users who ask again as soon as they are answered
// env: RATE=0 requests a second instead, whether or not earlier ones are answered
// env: DURATION=40s length of the load
// env: PROMPT_TOKENS=200 median length of a prompt
// env: ANSWER_TOKENS=64 median length of an answer
// env: SPREAD=0.5 how far lengths spread around the median (sigma of a log-normal distribution); 0: all alike
// env: MODEL=lab model that is asked
// env: TOKEN= API key, where the server wants one
// env: TIMEOUT=180s longest wait for one answer
import { check } from 'k6';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import type { Options, Scenario } from 'k6/options';

const target = (__ENV.TARGET_URL || 'http://127.0.0.1:4380').replace(/\/$/, '');
const host = __ENV.HOST || 'llm.default.example.com';
const timeout = __ENV.TIMEOUT || '180s';
const duration = __ENV.DURATION || '40s';
const vus = Number(__ENV.VUS || 24);
const rate = Number(__ENV.RATE || 0);
const spread = Number(__ENV.SPREAD || 0.5);

const users: Scenario = { executor: 'constant-vus', vus, duration };
const arrivals: Scenario = {
  executor: 'constant-arrival-rate',
  rate: Math.max(1, Math.round(rate * 60)),
  timeUnit: '1m',
  duration,
  preAllocatedVUs: vus,
  maxVUs: Math.max(vus, Math.ceil(rate * 60)),
};

export const options: Options = {
  scenarios: { chat: rate > 0 ? arrivals : users },
  thresholds: { http_req_failed: ['rate==0'], checks: ['rate==1'] },
};

/** k6 has an answer as a whole: its first byte is the first token's, and the rest of its time is that of the other tokens. */
const firstByte = new Trend('time_to_first_byte', true);
const perToken = new Trend('time_per_output_token', true);
const outputTokens = new Counter('output_tokens');
const promptTokens = new Counter('prompt_tokens');

/** A length of a log-normal distribution around its median. */
function lengthAround(median: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return Math.max(1, Math.round(median * Math.exp(spread * normal)));
}

export default function (): void {
  const asked = lengthAround(Number(__ENV.PROMPT_TOKENS || 200));
  const response = http.post(
    `${target}/v1/chat/completions`,
    JSON.stringify({
      model: __ENV.MODEL || 'lab',
      stream: true,
      max_tokens: lengthAround(Number(__ENV.ANSWER_TOKENS || 64)),
      messages: [{ role: 'user', content: 'word '.repeat(asked).trim() }],
    }),
    {
      headers: {
        Host: host,
        'Content-Type': 'application/json',
        ...(__ENV.TOKEN ? { Authorization: `Bearer ${__ENV.TOKEN}` } : {}),
      },
      timeout,
    },
  );
  const body = typeof response.body === 'string' ? response.body : '';
  const tokens = body.split('\n').filter((line) => /^data: .*"content":\s*"[^"]/.test(line)).length;
  const passed = check(response, {
    'status is 200': (r) => r.status === 200,
    'stream is whole': () => body.includes('data: [DONE]'),
  });
  if (!passed) return;
  firstByte.add(response.timings.waiting);
  if (tokens > 1) perToken.add(response.timings.receiving / (tokens - 1));
  outputTokens.add(tokens);
  promptTokens.add(asked);
}
