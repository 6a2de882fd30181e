// Where k6 sends its metrics: here, on the guard's side, and on from here with the run's secret. So k6, which runs
// a stranger's script, never holds it. What it does hold is a token of this listener's, which ends with the run.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Agent as PlainAgent, createServer, request as askPlain } from 'node:http';
import { Agent, request as ask } from 'node:https';

const limits = { bodyBytes: 64_000_000, answerMs: 30_000, reasonLength: 500 };

/**
 * Listens on the first of `addresses` that can be had, on a port of its own, and takes nothing but pushes.
 * Rejects when none can be had.
 * @param {{ addresses: string[]; url: string; secret: string }} to
 * @returns {Promise<{ address: string; port: number; url: string; token: string }>}
 */
export async function startRelay({ addresses, url, secret }) {
  const token = randomBytes(32).toString('base64url');
  const server = createServer((request, response) => {
    const answer = (/** @type {number} */ status, /** @type {string} */ text) =>
      response.writeHead(status, { connection: status < 300 ? 'keep-alive' : 'close' }).end(text);
    if (!isToken(request.headers.authorization, token)) answer(403, 'not this run’s k6');
    else if (request.method !== 'POST' || request.url !== '/push') answer(404, 'pushes only');
    else
      bodyOf(request)
        .then((body) => push(url, secret, request.headers, body))
        .then(({ status, text }) => answer(status, text))
        .catch((error) => answer(502, String(error)));
  });
  for (const address of addresses) {
    const port = await listen(server, address);
    if (port === null) continue;
    const host = address.includes(':') ? `[${address}]` : address;
    return { address, port, url: `http://${host}:${port}/push`, token };
  }
  throw new Error(`k6 has no way to send its metrics: none of ${addresses.join(', ')} can be listened on`);
}

/** @param {import('node:http').Server} server @param {string} address @returns {Promise<number | null>} */
function listen(server, address) {
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(0, address, () => {
      const at = server.address();
      resolve(at !== null && typeof at === 'object' ? at.port : null);
    });
  });
}

/** @param {string | undefined} header @param {string} token */
function isToken(header, token) {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** @param {import('node:http').IncomingMessage} request @returns {Promise<Buffer<ArrayBuffer>>} */
async function bodyOf(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let bytes = 0;
  for await (const chunk of /** @type {AsyncIterable<Buffer>} */ (request)) {
    bytes += chunk.length;
    if (bytes > limits.bodyBytes) throw new Error(`a push of more than ${limits.bodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const passedOn = ['content-type', 'content-encoding', 'x-prometheus-remote-write-version', 'user-agent'];
const agents = { 'http:': new PlainAgent({ keepAlive: true }), 'https:': new Agent({ keepAlive: true }) };

/**
 * Not by `fetch`: to load that takes a guard longer than all else, in the second in which its k6 begins.
 * @param {string} url @param {string} secret @param {import('node:http').IncomingHttpHeaders} headers @param {Buffer} body
 * @returns {Promise<{ status: number; text: string }>} a redirect is an answer as any
 */
async function push(url, secret, headers, body) {
  const isPlain = url.startsWith('http:');
  const asked = (isPlain ? askPlain : ask)(url, {
    method: 'POST',
    agent: agents[isPlain ? 'http:' : 'https:'],
    signal: AbortSignal.timeout(limits.answerMs),
    headers: {
      ...Object.fromEntries(
        passedOn.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
      ),
      authorization: `Bearer ${secret}`,
      'content-length': body.length,
    },
  });
  /** @type {Promise<import('node:http').IncomingMessage>} */
  const answered = new Promise((resolve, reject) => asked.on('response', resolve).on('error', reject));
  asked.end(body);
  const response = await answered;
  let text = '';
  for await (const part of response.setEncoding('utf8'))
    text = (text + String(part)).slice(0, limits.reasonLength);
  return { status: response.statusCode ?? 502, text };
}
