import { type z } from 'zod';
import { ApiProblem, problemOfAnswer } from './api-problem';
import { type Answers, type LineMedia, type ParamsOf } from './route';
import { type Routes } from './routes';

// Types alone come from the routes: a page's script has neither their schemas nor their server.
type ByKey = { [R in Routes[number] as R['key']]: R };
/** A route by method and path, such as `GET /api/runs/{id}`. */
export type ApiKey = keyof ByKey;
type ContractOf<K extends ApiKey> = ByKey[K]['contract'];
type InputOf<S> = S extends z.ZodType ? z.input<S> : never;
type AnswersOf<K extends ApiKey> = ContractOf<K>['answers'];
type Success = 200 | 201 | 202 | 204;
type JsonOf<A> = A extends z.ZodType ? z.output<A> : A extends { mediaType: '' } ? void : never;

/** What a route answers. */
export type ApiAnswer<K extends ApiKey> = {
  [S in keyof AnswersOf<K>]: S extends Success ? JsonOf<AnswersOf<K>[S]> : never;
}[keyof AnswersOf<K>];
/** One line of a route that answers in lines. */
export type ApiLine<K extends ApiKey> =
  AnswersOf<K> extends Answers & { 200: LineMedia<infer L> } ? z.output<L> : never;
/** The JSON body that a route takes. */
export type ApiBody<K extends ApiKey> = InputOf<NonNullable<ContractOf<K>['body']>>;
/** The query parameters that a route takes. */
export type ApiQuery<K extends ApiKey> = InputOf<NonNullable<ContractOf<K>['query']>>;

type WithParams<P> = keyof P extends never ? { params?: undefined } : { params: P };
type WithQuery<Q> = [Q] extends [never]
  ? { query?: undefined }
  : Record<never, never> extends Q
    ? { query?: Q }
    : { query: Q };
type WithBody<K extends ApiKey> = [ApiBody<K>] extends [never] ? { body?: BodyInit } : { body: ApiBody<K> };
type Located<K extends ApiKey> = WithParams<ParamsOf<K>> & WithQuery<ApiQuery<K>>;
/** What a route is asked with. */
export type Asked<K extends ApiKey> = Located<K> & WithBody<K> & { signal?: AbortSignal };
type Optional<T> = Record<never, never> extends T ? [asked?: T] : [asked: T];

/** The API as a program uses it. Every call throws an ApiProblem for what is refused, and passes an AbortError on. */
export interface ApiClient {
  /** The JSON that a route answers. */
  <K extends ApiKey>(key: K, ...asked: Optional<Asked<K>>): Promise<ApiAnswer<K>>;
  /** The bytes of a file. */
  file<K extends ApiKey>(key: K, ...asked: Optional<Asked<K>>): Promise<Uint8Array>;
  /** The lines of a route that answers in lines, as they come. */
  lines<K extends ApiKey>(key: K, ...asked: Optional<Asked<K>>): AsyncGenerator<ApiLine<K>>;
  /** Where a route is: for links, downloads and event streams. */
  address<K extends ApiKey>(key: K, ...located: Optional<Located<K>>): string;
}

/** How a client reaches its API. */
export interface ApiClientOptions {
  /** Empty: where the page came from. */
  baseUrl?: string;
  headers?: Record<string, string>;
  fetch?: (address: string, init: RequestInit) => Promise<Response>;
  /** What is thrown for a problem; the problem itself unless given. */
  errorOf?: (problem: ApiProblem, key: string) => Error;
}

interface AnyAsked {
  params?: Record<string, string> | undefined;
  query?: object | undefined;
  body?: unknown;
  signal?: AbortSignal;
}

/** A client of the API, typed by the routes' own contracts. */
export function apiClient({
  baseUrl = '',
  headers = {},
  fetch: send = (address, init) => fetch(address, init),
  errorOf = (problem) => problem,
}: ApiClientOptions = {}): ApiClient {
  const address = (key: string, { params = {}, query = {} }: AnyAsked = {}): string => {
    const path = key.slice(key.indexOf(' ') + 1);
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]: [string, unknown]) =>
        typeof value === 'string' || typeof value === 'number' ? [[name, `${value}`]] : [],
      ),
    ).toString();
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    return `${baseUrl}${filled}${search === '' ? '' : `?${search}`}`;
  };
  const request = async (key: string, asked: AnyAsked = {}): Promise<Response> => {
    const { body, signal } = asked;
    const isJson = body !== undefined && !isBytes(body);
    const response = await send(address(key, asked), {
      method: key.slice(0, key.indexOf(' ')),
      headers: isJson ? { ...headers, 'content-type': 'application/json' } : headers,
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as BodyInit) }),
      ...(signal ? { signal } : {}),
    }).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw errorOf(new ApiProblem(0, '', '', [], { cause: error }), key);
    });
    if (response.ok) return response;
    throw errorOf(problemOfAnswer(response.status, await response.json().catch(() => undefined)), key);
  };
  const call = async (key: string, asked?: AnyAsked): Promise<unknown> => {
    const response = await request(key, asked);
    if (response.status === 204) return undefined;
    return response.json().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw errorOf(new ApiProblem(-1, '', error instanceof Error ? error.message : String(error)), key);
    });
  };
  const file = async (key: string, asked?: AnyAsked): Promise<Uint8Array> =>
    new Uint8Array(await (await request(key, asked)).arrayBuffer());
  const lines = async function* (key: string, asked?: AnyAsked): AsyncGenerator<unknown> {
    const { body } = await request(key, asked);
    let rest = '';
    if (!body) return;
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        const whole = (rest + chunk.value).split('\n');
        rest = whole.pop() ?? '';
        for (const line of whole) if (line !== '') yield JSON.parse(line);
      }
    } finally {
      await reader.cancel();
    }
  };
  return Object.assign(call, { file, lines, address }) as unknown as ApiClient;
}

function isBytes(body: unknown): boolean {
  return (
    typeof body === 'string' ||
    body instanceof Blob ||
    body instanceof FormData ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) ||
    body instanceof ReadableStream
  );
}
