import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import { type ClientCertificate } from '@/lib/model/client-certificate';
import { CodedError, message, messageOfError, said } from '@/lib/model/message';
import { byProxy } from './proxy';

/**
 * Every request that leaves the dashboard goes by this file: what is asked may answer without end, drop by drop, or
 * with another address. Each has a limit on time and on bytes, and no redirect is followed.
 */
export interface Bounds {
  /** From the question to the answer's last byte. */
  ms: number;
  /** Of the answer's body. */
  bytes: number;
}

/** What is asked, beside its address. */
export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For a certificate or proxy of its own; else the environment says by which proxy. */
  agent?: Agent;
  /** Certificates in PEM that are trusted instead of the usual ones. */
  ca?: string | string[];
  /** Over TLS the name that is asked for and looked for in the certificate, where it is not the address'. */
  servername?: string;
  /** True: the certificate is not looked at. */
  unverified?: boolean;
  /** What the server is shown (mTLS). */
  client?: ClientCertificate | null;
  /** `user:password` for basic authentication. */
  auth?: string;
  signal?: AbortSignal;
}

export interface BoundedAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * Asks and gives the whole answer, whatever its status. Throws a CodedError that names the limit when the answer takes
 * longer or is larger than the bounds allow, and what the connection says where it fails.
 */
export async function boundedFetch(
  url: string | URL,
  { ms, bytes }: Bounds,
  asked: Asked = {},
): Promise<BoundedAnswer> {
  return within(ms, asked.signal, async (signal) => {
    const response = await headOf(url, { ...asked, signal });
    const body = await bodyOf(response, bytes);
    return { status: statusOf(response), headers: headersOf(response), body };
  });
}

async function bodyOf(response: IncomingMessage, bytes: number): Promise<Buffer> {
  if (Number(response.headers['content-length'] ?? 0) > bytes) {
    response.destroy();
    throw tooLarge(bytes);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    // Leaving the loop closes the connection.
    if (length > bytes) throw tooLarge(bytes);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Asks for the status alone: of the answer's body nothing is read. Throws as boundedFetch does. */
export async function boundedStatus(url: string | URL, ms: number, asked: Asked = {}): Promise<number> {
  return within(ms, asked.signal, async (signal) => {
    const response = await headOf(url, { ...asked, signal });
    response.destroy();
    return statusOf(response);
  });
}

export interface LineStream {
  status: number;
  /**
   * Each line once it is whole; what an answer breaks off in is none. Throws a CodedError at a line that is longer than
   * allowed, or when the connection breaks.
   */
  lines: AsyncGenerator<string>;
  /** The answer as one, within bounds, instead of its lines: of one that is no stream. Throws as boundedFetch does. */
  whole: (bounds: Bounds) => Promise<{ headers: Record<string, string>; body: Buffer }>;
}

/**
 * Asks for lines without end. `ms` until the answer begins; how long it may go on is the caller's to say, by `signal`.
 * Throws as boundedFetch does.
 */
export async function boundedLines(
  url: string | URL,
  { ms, lineBytes }: { ms: number; lineBytes: number },
  asked: Asked & { signal: AbortSignal },
): Promise<LineStream> {
  const response = await within(ms, asked.signal, (signal) => headOf(url, { ...asked, signal }));
  // The proxy or the network between may drop what is silent.
  response.socket.setKeepAlive(true, 30_000);
  const close = (): void => void response.destroy();
  if (asked.signal.aborted) close();
  asked.signal.addEventListener('abort', close, { once: true });
  response.once('close', () => asked.signal.removeEventListener('abort', close));
  return {
    status: statusOf(response),
    lines: linesOf(response, lineBytes),
    whole: ({ ms: wholeMs, bytes }) =>
      within(wholeMs, asked.signal, async (signal) => {
        signal.addEventListener('abort', close, { once: true });
        return { headers: headersOf(response), body: await bodyOf(response, bytes) };
      }),
  };
}

async function* linesOf(response: AsyncIterable<Buffer>, lineBytes: number): AsyncGenerator<string> {
  const decoder = new StringDecoder();
  let parts: string[] = [];
  let length = 0;
  try {
    for await (const piece of response) {
      for (const [place, part] of decoder.write(piece).split('\n').entries()) {
        if (place > 0) {
          const line = parts.join('');
          parts = [];
          length = 0;
          if (line !== '') yield line;
        }
        parts.push(part);
        length += part.length;
        if (length > lineBytes)
          throw new CodedError(message('reasons.line-too-large', { mebibytes: lineBytes / 2 ** 20 }));
      }
    }
  } catch (error) {
    throw plain(error);
  }
}

/** Runs with a signal that aborts in time, or with `outer`; its reason is what is thrown then. */
async function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const leave = (): void => over.abort(outer?.reason);
  if (outer?.aborted) leave();
  outer?.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(
    () => over.abort(new CodedError(message('reasons.no-answer-within', { seconds: ms / 1000 }))),
    ms,
  );
  try {
    return await run(over.signal);
  } catch (error) {
    throw over.signal.aborted ? over.signal.reason : plain(error);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', leave);
  }
}

/** Node's own client follows no redirect and unpacks nothing. */
function headOf(url: string | URL, asked: Asked): Promise<IncomingMessage> {
  const address = new URL(url);
  const { method = 'GET', headers = {}, body, ca, servername, client, auth, signal } = asked;
  const way = asked.agent ? null : byProxy(address);
  const request = address.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(address, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': `${Buffer.byteLength(body)}` },
      agent: asked.agent ?? way?.agent,
      ...(ca === undefined ? {} : { ca }),
      ...(servername === undefined ? {} : { servername }),
      ...(client ?? {}),
      ...(asked.unverified ? { rejectUnauthorized: false } : {}),
      ...(auth === undefined ? {} : { auth }),
      signal,
    });
    let refused: number | undefined;
    // A tunnel that is refused comes as if the server had answered.
    sent.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      if (statusCode !== 200) refused = statusCode;
    });
    sent.once('response', (response) => {
      if (way && response.statusCode === 407) refused = 407;
      if (!way || refused === undefined) return resolve(response);
      response.destroy();
      reject(
        new CodedError(message('reasons.proxy-failed', { proxy: way.proxy, cause: said(`HTTP ${refused}`) })),
      );
    });
    sent.on('error', (error) => {
      // A connection that was kept open may be closed by the other side just as it is used again: no fault of anyone's.
      if (sent.reusedSocket && method === 'GET' && codeOf(error) === 'ECONNRESET' && !signal?.aborted)
        headOf(url, asked).then(resolve, reject);
      else if (way && neverThere.has(String(codeOf(error))))
        reject(
          new CodedError(
            message('reasons.proxy-failed', { proxy: way.proxy, cause: messageOfError(plain(error)) }),
          ),
        );
      else reject(error);
    });
    sent.end(body);
  });
}

/** What the first connection, which is the one to the proxy, fails with. */
const neverThere = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function statusOf(response: IncomingMessage): number {
  return response.statusCode ?? 0;
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function tooLarge(bytes: number): CodedError {
  return new CodedError(message('reasons.answer-too-large', { mebibytes: bytes / 2 ** 20 }));
}

/** What a connection says where it fails: of several addresses' failures the first, in one form. */
function plain(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0];
  return codeOf(error) === 'ECONNRESET' ? new CodedError(message('reasons.connection-reset')) : error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
