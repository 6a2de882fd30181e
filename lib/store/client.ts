import { PrismaClient } from './generated/client';
import { applyMigrations } from './migrations';
import { ThreadAdapter } from './thread-adapter';
import { databaseUrl } from '@/lib/environment/paths';

export type Store = PrismaClient;

/**
 * Opens a database file, brings its schema up to date, and returns the client. The caller disconnects it.
 * @param lockPatienceMs how long a write waits for another process's lock before it fails as DatabaseUnwritable
 */
export async function openStore(url: string = databaseUrl(), lockPatienceMs = 5000): Promise<Store> {
  await applyMigrations(url);
  const store = new PrismaClient({
    adapter: new ThreadAdapter(url, lockPatienceMs),
    // Longer than the writer's patience, so that whoever waits is told what it waited for.
    transactionOptions: { maxWait: 4 * lockPatienceMs, timeout: 4 * lockPatienceMs },
  });
  await store.$connect();
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
