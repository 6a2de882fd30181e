import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { newDatabase, onPostgres } from '@/lib/store/fake-database';
import { until } from '@/lib/runs/fake-run';
import { holdDatabase, lockDatabase, refuseBesideOther } from './kept-apart';

describe.runIf(onPostgres)('the dashboards of a database', () => {
  let url: string;
  beforeAll(async () => {
    url = await newDatabase(mkdtempSync(join(tmpdir(), 'scaletrace-one-')));
  });
  /** Whether who wants to be alone is refused, as a dashboard of an older Scaletrace is. */
  const isRefused = (): Promise<boolean> =>
    lockDatabase(url, 'scaletrace other http://127.0.0.1:2', 'alone').then(
      async (lock) => (await lock.release(), false),
      (error: unknown) =>
        /Another Scaletrace \(http:\/\/127\.0\.0\.1:1\) uses .*DATABASE_URL/.test(String(error)),
    );

  it('are there together, and keep out who wants to be alone, by an address, until the last has ended', async () => {
    const first = await lockDatabase(url, 'scaletrace first http://127.0.0.1:1', 'shared');
    const second = await lockDatabase(url, 'scaletrace second http://127.0.0.1:1', 'shared');
    expect(await isRefused()).toBe(true);
    await first.release();
    expect(await isRefused()).toBe(true);
    await second.release();
    expect(await isRefused()).toBe(false);
  });

  it('are refused while one is alone', async () => {
    const alone = await lockDatabase(url, 'scaletrace alone http://127.0.0.1:1', 'alone');
    await expect(refuseBesideOther(url)).rejects.toThrow('Another Scaletrace (http://127.0.0.1:1)');
    await alone.release();
    await refuseBesideOther(url);
  });

  it('take their lock anew when a connection was lost', async () => {
    await holdDatabase(url, 'http://127.0.0.1:1', () => undefined);
    await refuseBesideOther(url);
    const client = new Client({ connectionString: url });
    await client.connect();
    // Other tests' databases have locks too.
    const end = `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE locktype = 'advisory' AND datname = current_database()`;
    expect((await client.query(end)).rowCount).toBe(1);
    await client.end();
    await until(isRefused);
  });
});
