import { type RequestOptions } from 'node:https';
import {
  type ApiType,
  type Configuration,
  createConfiguration,
  type KubeConfig,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import { type Asked, boundedFetch, boundedLines, type LineStream } from '@/lib/outgoing/bounded-fetch';
import { withPatience } from './patience';

/** A list of some thousand pods has some 10 MB. */
const answerBounds = { ms: 30_000, bytes: 64 * 2 ** 20 };
/** An object in etcd has at most 1.5 MiB. */
const mostLineBytes = 4 * 2 ** 20;
/** Of the Status with which a watch is refused. */
const refusalBounds = { ms: 2000, bytes: 2 ** 16 };

const bounded = wrapHttpLibrary({
  async send(request) {
    const given = request.getBody();
    const { status, headers, body } = await boundedFetch(request.getUrl(), answerBounds, {
      method: request.getHttpMethod().toString(),
      headers: request.getHeaders(),
      agent: request.getAgent(),
      signal: request.getSignal(),
      ...(given === undefined ? {} : { body: bodyText(given) }),
    });
    return new ResponseContext(status, headers, {
      text: async () => body.toString(),
      binary: async () => body,
    });
  },
});

function bodyText(body: unknown): string {
  if (typeof body === 'string') return body;
  throw new Error('The cluster’s API is sent text only.');
}

/** The client of one API group, whose answers are bounded in time and size. */
export function apiOf<T extends ApiType>(
  config: KubeConfig,
  Api: new (configuration: Configuration) => T,
): T {
  return new Api(
    createConfiguration({
      baseServer: new ServerConfiguration(serverOf(config), {}),
      authMethods: { default: config },
      httpApi: bounded,
    }),
  );
}

/** What the API server answers to a question, whatever its status; the body is null where it is not JSON. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Asks the API server for what is at a path. Throws as boundedFetch does. */
export async function readPath(
  config: KubeConfig,
  path: string,
  query: Record<string, string>,
  { ms = answerBounds.ms, signal }: { ms?: number; signal?: AbortSignal | undefined } = {},
): Promise<Answer> {
  const { text, ...answer } = await readText(config, path, { ms, signal }, query);
  return { ...answer, body: parseJson(text) };
}

/** The same, of what is no JSON. */
export async function readText(
  config: KubeConfig,
  path: string,
  { ms, signal }: { ms: number; signal?: AbortSignal | undefined },
  query: Record<string, string> | [name: string, value: string][] = {},
): Promise<{ status: number; headers: Record<string, string>; text: string }> {
  const { access, leftMs } = await accessOf(config, { ms, signal });
  const { status, headers, body } = await boundedFetch(
    addressOf(config, path, query),
    { ...answerBounds, ms: leftMs },
    { ...access, ...(signal ? { signal } : {}) },
  );
  return { status, headers, text: body.toString() };
}

/** What is asked of the API server beside a path. */
export interface SentRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

/** Asks the API server to do something, and gives what it answers, whatever its status. Throws as boundedFetch does. */
export async function sendTo(
  config: KubeConfig,
  path: string,
  { method, query = {}, body }: SentRequest,
  { ms = answerBounds.ms, signal }: { ms?: number; signal?: AbortSignal | undefined } = {},
): Promise<Answer> {
  const { access, leftMs } = await accessOf(config, { ms, signal });
  const {
    status,
    headers,
    body: text,
  } = await boundedFetch(
    addressOf(config, path, query),
    { ...answerBounds, ms: leftMs },
    {
      ...access,
      method,
      ...(body === undefined
        ? {}
        : {
            body: JSON.stringify(body),
            headers: { ...access.headers, 'content-type': 'application/json' },
          }),
      ...(signal ? { signal } : {}),
    },
  );
  return { status, headers, body: parseJson(text.toString()) };
}

/** A watch that was begun, by its lines; or what the API server answered instead. */
export type WatchAnswer = { lines: LineStream['lines'] } | { refused: Answer };

/** Begins a watch, which goes on until the signal aborts. `ms` until it has begun. Throws as boundedFetch does. */
export async function beginWatch(
  config: KubeConfig,
  path: string,
  query: Record<string, string>,
  bounds: { ms?: number; signal: AbortSignal },
): Promise<WatchAnswer> {
  return beginLines(config, path, { watch: 'true', allowWatchBookmarks: 'true', ...query }, bounds);
}

/** The same of what else is told line by line, such as a container's log. */
export async function beginLines(
  config: KubeConfig,
  path: string,
  query: Record<string, string>,
  { ms = answerBounds.ms, signal }: { ms?: number; signal: AbortSignal },
): Promise<WatchAnswer> {
  const { access, leftMs } = await accessOf(config, { ms, signal });
  const { status, lines, whole } = await boundedLines(
    addressOf(config, path, query),
    { ms: leftMs, lineBytes: mostLineBytes },
    { ...access, signal },
  );
  if (status === 200) return { lines };
  // A refusal is a Status, but for what a proxy on the way answers.
  const { headers, body } = await whole(refusalBounds).catch(() => ({ headers: {}, body: '' }));
  return { refused: { status, headers, body: parseJson(body.toString()) } };
}

/** Why the API server does not begin a watch; null: it does. The watch is ended at once. Throws as boundedFetch does. */
export async function watchRefusal(
  config: KubeConfig,
  path: string,
  ms: number,
  query: Record<string, string> = {},
): Promise<Answer | null> {
  const stop = new AbortController();
  try {
    const answer = await beginWatch(config, path, query, { ms, signal: stop.signal });
    return 'refused' in answer ? answer.refused : null;
  } finally {
    stop.abort();
  }
}

function addressOf(
  config: KubeConfig,
  path: string,
  query: Record<string, string> | [name: string, value: string][],
): URL {
  const url = new URL(serverOf(config) + path);
  url.search = new URLSearchParams(query).toString();
  return url;
}

/** However long a credential took, its question is given this much time. */
const leastAnswerMs = 1000;

/**
 * Certificate, proxy and who asks, as the kubeconfig says, and what is left of the time: a program that is asked for a
 * credential is waited for no longer than for an answer.
 */
async function accessOf(
  config: KubeConfig,
  { ms, signal }: { ms: number; signal: AbortSignal | undefined },
): Promise<{ access: Pick<Asked, 'agent' | 'auth' | 'headers'>; leftMs: number }> {
  const beganMs = performance.now();
  const options = withPatience<RequestOptions>({}, { ms, signal });
  await config.applyToHTTPSOptions(options);
  const { agent, auth, headers } = options;
  return {
    access: {
      ...(typeof agent === 'object' ? { agent } : {}),
      ...(auth ? { auth } : {}),
      headers: Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]),
      ),
    },
    // In tenths of a second, as it may be told.
    leftMs: Math.max(Math.min(ms, leastAnswerMs), Math.ceil((ms - performance.now() + beganMs) / 100) * 100),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function serverOf(config: KubeConfig): string {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('No cluster is named.');
  return server;
}
