import { type MessagePort } from 'node:worker_threads';
import { type SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { isPostgres } from '@/lib/environment/database-url';
import { notePostgres } from './dialect';
import { PrismaClient } from './generated/client';
import { applyMigrations } from './migrations';
import { PostgresAdapter } from './postgres/adapter';
import { type Fence } from './postgres/fence';
import { ThreadAdapter, type LentThreads } from './thread-adapter';
import { databaseUrl } from '@/lib/environment/paths';

export type Store = PrismaClient;

const usualPatienceMs = 5000;

/**
 * Opens a database (a file of SQLite, or one of a PostgreSQL server), brings its schema up to date, and returns the client,
 * which the caller disconnects. Throws a UserError that says what to do where the server cannot be reached or refuses.
 * @param lockPatienceMs how long a write waits for another process's lock, or for the server, before it fails as DatabaseUnwritable
 */
export async function openStore(
  url: string = databaseUrl(),
  lockPatienceMs = usualPatienceMs,
): Promise<Store> {
  await applyMigrations(url);
  return connect(url, lockPatienceMs);
}

/**
 * Opens a database that the main thread has open and writes; what is written to a file here is written there, in turns.
 * `fence`: what is written to PostgreSQL is refused once its dashboard is taken for dead.
 */
export function openBeside(
  { url, lent }: OpenDatabase,
  fence: Fence | null = null,
  lockPatienceMs = usualPatienceMs,
): Promise<Store> {
  return connect(url, lockPatienceMs, lent, fence);
}

/** What another thread opens the same database by: to be sent to it, with the ports of `lent`, which a file has, among what is transferred. */
export interface OpenDatabase {
  url: string;
  lent: LentThreads | null;
}

/** For a thread that opens what `getStore` has open. */
export async function shareStore(): Promise<OpenDatabase> {
  const adapter = adapterOf(await getStore());
  return { url: adapter.url, lent: adapter instanceof ThreadAdapter ? adapter.lend() : null };
}

/** The input of a thread that reads an open database (`openToRead`): its work and the `database`. */
export function readingInput<W>(
  store: Store,
  work: W,
): { data: W & { database: DatabaseToRead }; ports: MessagePort[] } {
  const adapter = adapterOf(store);
  const reader = adapter instanceof ThreadAdapter ? adapter.lendReader() : null;
  return { data: { ...work, database: { url: adapter.url, reader } }, ports: reader ? [reader] : [] };
}

/** What a thread opens a database by, only to read it. */
export interface DatabaseToRead {
  url: string;
  reader: MessagePort | null;
}

/** The address of an open database. */
export function urlOf(store: Store): string {
  return adapterOf(store).url;
}

function adapterOf(store: Store): Adapter {
  const adapter = shared.scaletraceAdapters?.get(store);
  if (!adapter) throw new Error('The store was not opened here.');
  return adapter;
}

type Adapter = ThreadAdapter | PostgresAdapter;

async function connect(
  url: string,
  lockPatienceMs: number,
  lent: LentThreads | null = null,
  fence: Fence | null = null,
): Promise<Store> {
  const adapter = isPostgres(url)
    ? new PostgresAdapter(url, lockPatienceMs, false, fence)
    : new ThreadAdapter(url, lockPatienceMs, lent);
  // Longer than the writer's patience, or than it takes to connect, so that whoever waits is told what it waited for.
  const longestMs = 4 * (isPostgres(url) ? Math.max(lockPatienceMs, usualPatienceMs) : lockPatienceMs);
  const store = await clientOf(adapter, {
    transactionOptions: { maxWait: longestMs, timeout: longestMs },
  });
  await store.$connect();
  (shared.scaletraceAdapters ??= new WeakMap()).set(store, adapter);
  return store;
}

const shared = globalThis as typeof globalThis & {
  scaletraceStore?: Promise<Store>;
  scaletraceAdapters?: WeakMap<Store, Adapter>;
};

/** The one client of this process: pages, routes and the recorder share it, also where Next bundles them apart. */
export function getStore(): Promise<Store> {
  shared.scaletraceStore ??= openStore().catch((error: unknown) => {
    shared.scaletraceStore = undefined;
    throw error;
  });
  return shared.scaletraceStore;
}

/** What `getStore` gives in this thread: for one that opened it otherwise. */
export function setStore(store: Store): void {
  shared.scaletraceStore = Promise.resolve(store);
}

/** Prisma's client by an adapter. Each database has one of its own, made of one schema, so that SQLite's types are those of both. */
export async function clientOf(
  adapter: SqlDriverAdapterFactory,
  options: { transactionOptions?: { maxWait: number; timeout: number } } = {},
): Promise<Store> {
  if (adapter.provider !== 'postgres') return new PrismaClient({ adapter, ...options });
  const generated = await import('./generated-postgres/client');
  const store = new generated.PrismaClient({ adapter, ...options }) as unknown as Store;
  notePostgres(store);
  return store;
}
