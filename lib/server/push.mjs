// Pushes do not pass through Next, nor wait for a turn behind those who read: they go straight to their run.
import { Readable } from 'node:stream';

/** @typedef {(request: Request) => Promise<Response>} AnswerPush */

/**
 * Where the part of the dashboard that Next loads says how a push is answered (instrumentation.ts); undefined until then.
 * @returns {AnswerPush | undefined}
 */
const answerPush = () =>
  /** @type {{ scaletraceAnswerPush?: AnswerPush }} */ (/** @type {unknown} */ (globalThis))
    .scaletraceAnswerPush;

/** @param {import('node:http').IncomingMessage} request @returns {boolean} */
export function isPush({ method, url = '' }) {
  return method === 'POST' && /^\/api\/ingest\/[\w-]+$/.test(url) && answerPush() !== undefined;
}

/**
 * Answers one push.
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
 * @param {AnswerPush | undefined} by
 */
export async function takePush(request, response, by = answerPush()) {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, String(value));
  const body = /** @type {ReadableStream} */ (Readable.toWeb(request));
  const asked = { method: 'POST', headers, body, duplex: 'half' };
  const push = new Request(`http://localhost${request.url}`, /** @type {RequestInit} */ (asked));
  const answer = await by?.(push);
  if (!answer) throw new Error('nobody takes pushes');
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(new Uint8Array(await answer.arrayBuffer()));
}
