// The dashboard's process: Next behind our own gate. `main.mjs start|dev HOST PORT`; ends by SIGTERM or SIGINT when
// what is under way is answered.
import { createServer } from 'node:http';
import next from 'next';
import { admit, refuse, refuseOnSocket, refuseUnparsed, serverOptions } from './gate.mjs';
import { isPush, takePush } from './push.mjs';
import { Turns } from './turns.mjs';

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
    if (!admit(request, response, dev)) return;
    answer(request, response).catch((/** @type {unknown} */ error) => {
      console.error(`${request.method} ${request.url}`, error);
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

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function answer(request, response) {
  const handle = await ready;
  if (isPush(request)) return takePush(request, response);
  // Files cost little to send, and streams little to open; how many there may be is limited otherwise (lib/api/readers.ts).
  const isCheap = /^\/_next\/|^\/api\/[^?]*\/events(\?|$)/.test(request.url ?? '');
  if (isCheap || (await turns.take(response))) return handle(request, response);
  if (!response.destroyed)
    refuse(response, 503, 'The dashboard has too many readers at the moment.', { 'retry-after': '5' });
}

/** @param {unknown} error */
function end(error) {
  console.error(error);
  process.exit(1);
}

let ending = false;
/** @param {number} code */
const endBySignal = (code) => {
  if (ending) return;
  ending = true;
  server.close(() => void app.close().finally(() => process.exit(code)));
  if (!dev) return;
  server.closeAllConnections();
  // Next's tools may hold on to what they watch.
  setTimeout(() => process.exit(code), 1000);
};
process.on('SIGINT', () => endBySignal(130)).on('SIGTERM', () => endBySignal(143));
