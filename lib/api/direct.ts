import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { foreignRequest } from '@/lib/identity/foreign';
import { gzipOnce, sentAs } from './made-once';
import { responseOf } from './problem';

type Answer = (request: Request) => Response | Promise<Response>;

/**
 * Answers a request of node:http's, if it is no foreign one, by what takes and gives the web's own kinds; a body is sent as
 * its reader takes it. So the API need not pass through Next, whose own work for each request is more than most answers
 * take, and which keeps some of it for as long as a stream lasts.
 */
export async function answerBy(
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = webRequest(request, response);
  const path = request.url ?? '';
  // A push is opened by its run's secret: it is no worse from elsewhere than a reading is.
  const method = path.startsWith('/api/ingest/') ? 'GET' : asked.method;
  const refusal = foreignRequest({ method, headers: asked.headers });
  await send(refusal ? responseOf(refusal) : await answer(asked), request, response);
}

function webRequest(request: IncomingMessage, response: ServerResponse): Request {
  const { method = 'GET', url = '/' } = request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, String(value));
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const hasBody =
    !['GET', 'HEAD'].includes(method) &&
    (headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0);
  const body = hasBody
    ? { body: Readable.toWeb(request) as ReadableStream<Uint8Array>, duplex: 'half' as const }
    : {};
  return new Request(new URL(`http://localhost${url}`), { method, headers, signal: gone.signal, ...body });
}

async function send(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  const packs = isPacked(answer, request);
  if (isText(answer)) response.appendHeader('vary', 'accept-encoding');
  if (packs) response.setHeader('content-encoding', 'gzip').removeHeader('content-length');
  response.statusCode = answer.status;
  const whole = sentAs(answer);
  if (whole) {
    await answer.body?.cancel();
    const bytes = packs ? await gzipOnce(whole) : whole;
    response.setHeader('content-length', bytes.byteLength).end(bytes);
  } else if (!answer.body) response.end();
  else if (packs)
    await pipeline(Readable.fromWeb(answer.body as never), createGzip(), response).catch(ignoreLeft);
  else await pass(answer.body, response);
}

/** What a reader has not taken is not asked for. */
async function pass(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader();
  response.once('close', () => void reader.cancel().catch(() => undefined));
  response.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || response.destroyed) break;
    if (!response.write(value)) await drained(response);
  }
  response.end();
}

/** Until more can be written, or nobody reads any more. A stream lives long: no listener stays behind. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** Shorter answers are not worth packing (bytes). */
const leastBytes = 1024;

function isText({ headers }: Response): boolean {
  return /^(text\/|application\/([\w.+-]*\+)?(json|xml|ndjson|x-ndjson|javascript)\b)/.test(
    headers.get('content-type') ?? '',
  );
}

function isPacked(answer: Response, { method, headers }: IncomingMessage): boolean {
  const known = sentAs(answer);
  return (
    method !== 'HEAD' &&
    answer.body !== null &&
    (!known || known.byteLength >= leastBytes) &&
    isText(answer) &&
    !answer.headers.has('content-encoding') &&
    !(answer.headers.get('cache-control') ?? '').includes('no-transform') &&
    /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''))
  );
}

function ignoreLeft(error: unknown): void {
  const { code } = error as { code?: string };
  if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ABORT_ERR') throw error;
}
