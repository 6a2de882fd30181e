import { type z } from 'zod';
import { type Caller } from '@/lib/identity/caller';
import { type Role } from '@/lib/model/role';
import { type StoredShare } from '@/lib/store/shares';
import { type AuditNote } from './audit-note';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** Method and path of a route, as `GET /api/runs/{id}`: its name for server, client and OpenAPI. */
export type RouteKey = `${Method} /api/${string}`;

/** The parameters of a path: `GET /api/runs/{id}` has `{ id: string }`. */
export type ParamsOf<K extends string> = K extends `${string}{${infer Name}}${infer Rest}`
  ? { [N in Name | keyof ParamsOf<Rest>]: string }
  : Record<never, string>;

/**
 * Who may use a route once sign-in is set up: a role (`viewer` for reading, `runner` for changing, in general); `public`
 * for what is opened by a secret of its own (a run's ingest secret, a password) or by none; `link` for what a share
 * link's token opens, `locked link` also while its password is not given.
 */
export type Access = Role | 'public' | 'link' | 'locked link';

/** An answer that is no single JSON value. */
export interface Media {
  mediaType: string;
  description: string;
}
/** Server-Sent Events: the data of each by its type. */
export interface EventMedia<E extends Record<string, z.ZodType>> extends Media {
  events: E;
}
/** Lines of JSON. */
export interface LineMedia<L extends z.ZodType> extends Media {
  lines: L;
}
/** An answer without a body. */
export interface NoBody {
  mediaType: '';
  description: string;
}

/** By status: a schema for JSON, or else what it is. */
export type Answers = Record<number, z.ZodType | Media>;

/** One event of a stream; `heartbeat` says that the connection still stands. */
export type EventOf<E extends Record<string, z.ZodType>> =
  { [T in keyof E]: { type: T; id?: string; data: z.output<E[T]> } }[keyof E] | { type: 'heartbeat' };

type Success = 200 | 201 | 202 | 204;
type Told<A> = A extends z.ZodType
  ? z.output<A>
  : A extends EventMedia<infer E>
    ? AsyncIterable<EventOf<E>>
    : A extends LineMedia<infer L>
      ? AsyncIterable<z.output<L>>
      : A extends NoBody
        ? void
        : never;
/** What a handler may give for these answers, beside a Response of its own making. */
export type AnswerOf<A> = { [S in keyof A]: S extends Success ? Told<A[S]> : never }[keyof A];

/** What a handler is told of its request. */
export interface Call<P = Record<string, string>, Q = unknown, B = unknown, L = StoredLink | undefined> {
  request: Request;
  params: P;
  query: Q;
  body: B;
  /** Who asks; of a route that is `public` or a link's nobody is known. */
  caller: Caller;
  /** The share link that opened the route. */
  link: L;
  /** Aborted when the reader has left, or may read no longer. */
  signal: AbortSignal;
  /** Where the answer is not the contract's first success, and headers beside the usual ones. */
  reply: { status?: number; headers: Headers };
  /** Adds to the request's audit entry: what was done to, or more about it. */
  note: (note: AuditNote) => void;
}

export interface StoredLink {
  share: StoredShare;
  /** False: its password was not given. Only where the route allows it. */
  isOpen: boolean;
}

interface ContractOf<Q, B, A, X> {
  summary: string;
  access: X;
  /** Query parameters: an object schema. */
  query?: Q;
  /** The JSON body. Absent: none, or bytes that the handler reads itself. */
  body?: B;
  /** Most characters of the body; 2,000,000 unless given. */
  maxCharacters?: number;
  answers: A;
  /** Refuses by who asks or whence, before query and body are read. Throws Problem. */
  before?: (call: Pick<Call, 'request' | 'caller'>) => void;
}

/**
 * What one route takes and answers. `audit`: how the audit list names what was done, such as `run.start`; false where
 * nothing was changed that is worth a line. What only reads has none.
 */
export type Contract<K, Q, B, A, X> = ContractOf<Q, B, A, X> &
  (K extends `GET ${string}` ? { audit?: never } : { audit: string | false });

/** A route: its contract and what answers it. */
export interface Route<K, Q, B, A, X> {
  readonly key: K;
  readonly contract: Contract<K, Q, B, A, X>;
  handle(
    call: Call<
      K extends string ? ParamsOf<K> : never,
      z.output<Q>,
      z.output<B>,
      X extends 'link' | 'locked link' ? StoredLink : undefined
    >,
  ): AnswerOf<A> | Response | Promise<AnswerOf<A> | Response>;
}
/** Any route, for who looks at all of them. */
export interface AnyRoute {
  readonly key: RouteKey;
  readonly contract: ContractOf<z.ZodType, z.ZodType, Answers, Access> & { audit?: string | false };
  handle(call: Call): unknown;
}

/** A route by its method and path. `handle` gives the answer as the contract has it, or throws a Problem. */
export function route<
  const K extends RouteKey,
  const A extends Answers,
  const X extends Access,
  Q extends z.ZodType = never,
  B extends z.ZodType = never,
>(key: K, contract: Contract<K, Q, B, A, X>, handle: Route<K, Q, B, A, X>['handle']): Route<K, Q, B, A, X> {
  return { key, contract, handle };
}

/** Method and path of a route. */
export function partsOf(key: RouteKey): { method: Method; path: string } {
  const [method, path] = key.split(' ') as [Method, string];
  return { method, path };
}

/** An answer without a body. */
export function nothing(description: string): NoBody {
  return { mediaType: '', description };
}

/** Server-Sent Events: the data of each by its type. */
export function events<const E extends Record<string, z.ZodType>>(
  schemas: E,
  description: string,
): EventMedia<E> {
  return { mediaType: 'text/event-stream', description, events: schemas };
}

/** Lines of JSON. */
export function lines<L extends z.ZodType>(line: L, description: string): LineMedia<L> {
  return { mediaType: 'application/x-ndjson', description, lines: line };
}
