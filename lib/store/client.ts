import { PrismaClient } from './generated/client';
import { applyMigrations } from './migrations';
import { OneConnection } from './one-connection';
import { databaseUrl } from '@/lib/environment/paths';

export type Store = PrismaClient;

/** Opens a database file, brings its schema up to date, and returns the client. The caller disconnects it. */
export async function openStore(url: string = databaseUrl()): Promise<Store> {
  await applyMigrations(url);
  const store = new PrismaClient({ adapter: new OneConnection({ url }) });
  // Readers do not wait for the recorder, and a crash of this process loses no committed second.
  await store.$queryRawUnsafe('PRAGMA journal_mode = WAL');
  await store.$queryRawUnsafe('PRAGMA synchronous = NORMAL');
  await store.$queryRawUnsafe('PRAGMA busy_timeout = 5000');
  return store;
}

const shared = globalThis as typeof globalThis & { scaletraceStore?: Promise<Store> };

/** The one client of this process: pages, routes and the recorder share it, also where Next bundles them apart. */
export function getStore(): Promise<Store> {
  shared.scaletraceStore ??= openStore().catch((error: unknown) => {
    shared.scaletraceStore = undefined;
    throw error;
  });
  return shared.scaletraceStore;
}
