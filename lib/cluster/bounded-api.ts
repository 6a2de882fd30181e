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
import {
  type Asked,
  boundedFetch,
  boundedLines,
  boundedStatus,
  type LineStream,
} from '@/lib/outgoing/bounded-fetch';

/** A list of some thousand pods has some 10 MB. */
const answerBounds = { ms: 30_000, bytes: 64 * 2 ** 20 };
/** An object in etcd has at most 1.5 MiB. */
const watchBounds = { ms: 30_000, lineBytes: 4 * 2 ** 20 };

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
  query: Record<string, string> = {},
): Promise<{ status: number; headers: Record<string, string>; text: string }> {
  const { status, headers, body } = await boundedFetch(
    addressOf(config, path, query),
    { ...answerBounds, ms },
    { ...(await accessOf(config)), ...(signal ? { signal } : {}) },
  );
  return { status, headers, text: body.toString() };
}

/** The lines of a watch, until the signal aborts. */
export async function watchLines(
  config: KubeConfig,
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
): Promise<LineStream> {
  return boundedLines(
    addressOf(config, path, { watch: 'true', allowWatchBookmarks: 'true', ...query }),
    watchBounds,
    { ...(await accessOf(config)), signal },
  );
}

/** What the API server says to a watch, which is ended at once. Throws as boundedFetch does. */
export async function watchStatus(
  config: KubeConfig,
  path: string,
  ms: number,
  query: Record<string, string> = {},
): Promise<number> {
  return boundedStatus(addressOf(config, path, { watch: 'true', ...query }), ms, await accessOf(config));
}

function addressOf(config: KubeConfig, path: string, query: Record<string, string>): URL {
  const url = new URL(serverOf(config) + path);
  url.search = new URLSearchParams(query).toString();
  return url;
}

/** Certificate, proxy and who asks, as the kubeconfig says. */
async function accessOf(config: KubeConfig): Promise<Pick<Asked, 'agent' | 'auth' | 'headers'>> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { agent, auth, headers } = options;
  return {
    ...(typeof agent === 'object' ? { agent } : {}),
    ...(auth ? { auth } : {}),
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)])),
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
