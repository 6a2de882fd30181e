import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { type Run, type Service } from '@/lib/model/run';
import { openStore, type Store } from '@/lib/store/client';
import { lockTables, newDatabase, onPostgres } from '@/lib/store/fake-database';
import { insertRun } from '@/lib/store/runs';
import { saveService } from '@/lib/store/services';
import { madeTarget } from '@/lib/timeline/made-recording';
import { type RunTimes } from './run-times';

/** For tests on a fake engine: nothing waits for a real load. */
export const shortTimes: RunTimes = {
  observeAfterMs: 1,
  progressMs: 10,
  pushSilenceMs: 60,
  acknowledgeMs: 900,
  unwritableMs: 60_000,
  overdueMs: 60,
};

export interface TestStore {
  store: Store;
  folder: string;
  /** Takes the lock as another process would, until the function returned is called. */
  lock(): Promise<() => Promise<void>>;
  /** Leaves the file no room for another page, until the function returned is called; on PostgreSQL as `lock`. */
  fill(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/**
 * A real store in a folder of its own, which is the state directory meanwhile: no cluster is configured in it. A write
 * waits for another's lock for so long.
 */
export async function openTestStore(lockPatienceMs = 50): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-runs-'));
  const before = { SCALETRACE_DIR: process.env.SCALETRACE_DIR, KUBECONFIG: process.env.KUBECONFIG };
  Object.assign(process.env, { SCALETRACE_DIR: folder, KUBECONFIG: join(folder, 'none') });
  const url = await newDatabase(folder);
  const store = await openStore(url, lockPatienceMs);
  return {
    store,
    folder,
    async lock() {
      if (onPostgres) return lockTables(url);
      const other = createClient({ url });
      await until(() => other.execute('BEGIN IMMEDIATE').then(Boolean, () => false));
      return async () => {
        await other.execute('ROLLBACK');
        other.close();
      };
    },
    async fill() {
      if (onPostgres) return lockTables(url);
      const [count] = await store.$queryRawUnsafe<{ page_count: number }[]>('PRAGMA page_count');
      await store.$queryRawUnsafe(`PRAGMA max_page_count = ${count!.page_count}`);
      return async () => {
        await store.$queryRawUnsafe('PRAGMA max_page_count = 1073741823');
      };
    },
    async close() {
      await store.$disconnect();
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A service whose concurrency comes from k6's durations, since it has no gateway to read. */
export function fakeService(name: string): Omit<Service, 'id'> {
  return {
    name,
    namespace: 'default',
    gatewayUrl: 'http://127.0.0.1:1',
    host: `${name}.example.com`,
    podSelector: '',
    containerConcurrency: madeTarget,
    annotations: {},
    gatewayMetricsUrl: null,
    gatewayCluster: null,
    kubeContext: null,
    concurrencyFrom: 'knative',
    origin: 'manual',
  };
}

/** Such a service, registered. */
export function registerService(store: Store, name: string, nowMs = Date.now()): Promise<Service> {
  return saveService(store, fakeService(name), nowMs);
}

/** A queued run of that service; `ownerId`: the one of several dashboards that may begin it. */
export function queueRun(
  store: Store,
  service: Service,
  id: string,
  ownerId: string | null = null,
): Promise<Run> {
  return insertRun(store, {
    id,
    run: { name: id, service, scriptName: 's', scriptText: '', env: {}, options: {}, tags: [] },
    ingestSecretHash: '',
    createdAtMs: Date.now(),
    ownerId,
  });
}

/** Waits until something holds, asking often. Throws after ten seconds. */
export async function until<T>(what: () => Promise<T | null | false> | T | null | false): Promise<T> {
  for (const endMs = Date.now() + 10_000; Date.now() < endMs;) {
    const found = await what();
    if (found !== null && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(String(what));
}
