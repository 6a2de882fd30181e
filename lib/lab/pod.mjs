// The stand-in for helloworld-go: one process a pod. Answers `Hello ${TARGET}!` after the service time, never sooner;
// counts the requests inside it, so that a test can see that the gateway keeps its limit.
import { createPodServer } from './pod-http.mjs';

const serviceTimeMs = Number(process.env.SERVICE_TIME_MS ?? 28);
/** @type {import('./pod-http.mjs').Answer} */
const hello = {
  status: 200,
  type: 'text/plain; charset=utf-8',
  text: `Hello ${process.env.TARGET ?? 'World'}!\n`,
};
const sleep = new Int32Array(new SharedArrayBuffer(4));
/** CPU that each request burns, at most a second: of this process's own, however busy the machine is. */
const cpuMs = Math.min(Number(process.env.CPU_MS ?? 0) || 0, 1000);
let active = 0;
let most = 0;
let served = 0;
let ready = false;

const server = createPodServer((path, answer) => {
  if (path === '/healthz') {
    answer({ status: ready ? 200 : 503, type: 'text/plain', text: '' });
    return;
  }
  if (path === '/lab/counts') {
    answer({ status: 200, type: 'application/json', text: JSON.stringify({ active, most, served }) });
    return;
  }
  most = Math.max(most, ++active);
  if (cpuMs > 0) burn(cpuMs);
  const dueAtMs = performance.now() + serviceTimeMs;
  const serve = () => {
    const restMs = dueAtMs - performance.now();
    if (restMs > 2) {
      setTimeout(serve, Math.round(restMs) - 1);
      return;
    }
    // Timers keep whole milliseconds, so they are set for the one before; the rest is slept, not polled for: that would
    // cost more than the answer. Requests that came later are due later.
    if (restMs > 0) Atomics.wait(sleep, 0, 0, restMs);
    served++;
    active--;
    answer(hello);
  };
  serve();
});

/** @param {number} ms */
function burn(ms) {
  const start = process.cpuUsage();
  for (let spent = 0; spent < ms * 1000;) {
    for (let i = 0; i < 2000; i++) Math.sqrt(i);
    const { user, system } = process.cpuUsage(start);
    spent = user + system;
  }
}

setTimeout(
  () => {
    server.listen(Number(process.env.PORT), '127.0.0.1', () => (ready = true));
  },
  Number(process.env.START_DELAY_MS ?? 0),
);

// The lab holds the other end of stdin: when it is gone, even by SIGKILL, no pod stays.
process.stdin
  .on('end', () => process.exit(0))
  .on('error', () => process.exit(0))
  .resume();
process.on('SIGTERM', () => {
  ready = false;
  server.drain(() => process.exit(0));
});
process.on('SIGINT', () => {});
