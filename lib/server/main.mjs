// The dashboard's process: Next behind our own gate. `main.mjs start|dev HOST PORT`; ends by SIGTERM or SIGINT when
// what is under way is answered.
import { createServer } from 'node:http';
import next from 'next';
import { log } from '../telemetry/log.mjs';
import { admit, refuse, refuseOnSocket, refuseUnparsed, serverOptions } from './gate.mjs';
import { Turns } from './turns.mjs';

/** @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => Promise<void>} Handle */

const [mode, hostname = '127.0.0.1', givenPort = ''] = process.argv.slice(2);
const dev = mode === 'dev';
const port = Number(givenPort);
process.title = 'next-server (scaletrace)';

const server = createServer(serverOptions);
const turns = new Turns();
const app = next({ dev, hostname, port, httpServer: server });
// What comes while Next gets ready waits for it.
const ready = app.prepare().then(() => app.getRequestHandler());

server
  .on('request', (request, response) => {
    if (!admit(request, response, dev) || tellHealth(request, response)) return;
    answer(request, response).catch((/** @type {unknown} */ error) => {
      log.error(error, `${request.method} ${request.url}`);
      if (!response.headersSent) response.statusCode = 500;
      response.end();
    });
  })
  // No proxy for others.
  .on('connect', (_request, socket) => refuseOnSocket(socket, 405))
  .on('checkExpectation', (request, response) => {
    if (admit(request, response, dev)) refuse(response, 417, 'Expectation Failed');
  })
  .on('clientError', refuseUnparsed)
  .on('error', end)
  .listen(port, hostname);
ready.catch(end);

/**
 * Answers what watches the process, by whatever name it asks: `/healthz` that it lives, `/readyz` whether it can do its
 * work. True: answered.
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
 */
function tellHealth({ url, method }, response) {
  if (url !== '/healthz' && url !== '/readyz') return false;
  const missing = url === '/readyz' ? unready() : null;
  response.writeHead(missing ? 503 : 200, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(method === 'HEAD' ? undefined : `${missing ?? 'ok'}\n`);
  return true;
}

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function answer(request, response) {
  const handle = await ready;
  if (request.url === '/metrics') request.url = '/api/metrics';
  const url = request.url ?? '';
  const by = (!dev && url.startsWith('/api/') && directApi()) || handle;
  // Files cost little to send, and streams little to open; how many there may be is limited otherwise (lib/api/readers.ts).
  const isCheap = /^\/_next\/|^\/api\/(ingest\/|words\/|[^?]*\/events(\?|$))/.test(url);
  if (isCheap || (await turns.take(response))) return by(request, response);
  if (!response.destroyed)
    refuse(response, 503, 'The dashboard has too many readers at the moment.', { 'retry-after': '5' });
}

/**
 * The API, which need not pass through Next: the part of the dashboard that Next loads says how it is answered
 * (instrumentation.ts). Undefined until then; while developing Next has the newest.
 * @returns {Handle | undefined}
 */
const directApi = () =>
  /** @type {{ scaletraceApi?: Handle }} */ (/** @type {unknown} */ (globalThis)).scaletraceApi;

/** @param {unknown} error */
function end(error) {
  log.fatal(error, 'the dashboard ends');
  process.exit(1);
}

/** Why it cannot do its work; null: it can. @returns {string | null} */
function unready() {
  if (ending) return 'ending';
  const { scaletraceUnready } = /** @type {{ scaletraceUnready?: () => string | null }} */ (
    /** @type {unknown} */ (globalThis)
  );
  return scaletraceUnready ? scaletraceUnready() : 'starting';
}

/**
 * Lets other dashboards on the database have at once what this one had. Where that cannot be told them, they have it when its
 * lease runs out.
 */
const leave = () =>
  Promise.race([
    /** @type {{ scaletraceLeave?: () => Promise<void> }} */ (
      /** @type {unknown} */ (globalThis)
    ).scaletraceLeave?.(),
    new Promise((resolve) => setTimeout(resolve, 2000)),
  ]);

let ending = false;
/** @param {number} code */
const endBySignal = (code) => {
  if (ending) return;
  ending = true;
  server.close(
    () =>
      void app
        .close()
        .finally(leave)
        .finally(() => process.exit(code)),
  );
  if (!dev) return;
  server.closeAllConnections();
  // Next's tools may hold on to what they watch.
  setTimeout(() => process.exit(code), 1000);
};
process.on('SIGINT', () => endBySignal(130)).on('SIGTERM', () => endBySignal(143));
