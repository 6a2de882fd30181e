// The stand-in for helloworld-go: one process a pod. Answers `Hello ${TARGET}!` after the service time, never sooner;
// counts the requests inside it, so that a test can see that the gateway keeps its limit.
import { createServer } from 'node:http';

const serviceTimeMs = Number(process.env.SERVICE_TIME_MS ?? 28);
const greeting = `Hello ${process.env.TARGET ?? 'World'}!\n`;
let active = 0;
let most = 0;
let served = 0;
let ready = false;

const server = createServer((request, response) => {
  if (request.url === '/healthz') {
    response.writeHead(ready ? 200 : 503).end();
    return;
  }
  if (request.url === '/lab/counts') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ active, most, served }));
    return;
  }
  request.resume();
  most = Math.max(most, ++active);
  const dueAtMs = performance.now() + serviceTimeMs;
  const answer = () => {
    // A timer may fire up to a millisecond early.
    const restMs = dueAtMs - performance.now();
    if (restMs > 0.05) {
      if (restMs > 1) setTimeout(answer, restMs);
      else setImmediate(answer);
      return;
    }
    served++;
    active--;
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(greeting) });
    response.end(greeting);
  };
  if (serviceTimeMs > 0) setTimeout(answer, serviceTimeMs);
  else answer();
});
server.keepAliveTimeout = 600_000;

setTimeout(() => {
  server.listen(Number(process.env.PORT), '127.0.0.1', () => (ready = true));
}, Number(process.env.START_DELAY_MS ?? 0));

// The lab holds the other end of stdin: when it is gone, even by SIGKILL, no pod stays.
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();
process.on('SIGTERM', () => {
  ready = false;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
process.on('SIGINT', () => {});
