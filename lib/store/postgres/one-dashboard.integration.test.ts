import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { newDatabase, onPostgres } from '@/lib/store/fake-database';
import { until } from '@/lib/runs/fake-run';
import { holdDatabase, lockDatabase, refuseSecondOn } from './one-dashboard';

describe.runIf(onPostgres)('the one dashboard of a database', () => {
  let url: string;
  beforeAll(async () => {
    url = await newDatabase(mkdtempSync(join(tmpdir(), 'scaletrace-one-')));
  });
  const isRefused = (): Promise<boolean> =>
    lockDatabase(url, 'scaletrace other http://127.0.0.1:2').then(
      async (lock) => (await lock.release(), false),
      (error: unknown) =>
        /Another Scaletrace \(http:\/\/127\.0\.0\.1:1\) uses .*DATABASE_URL/.test(String(error)),
    );

  it('is refused while another is there, by its address, and not after', async () => {
    const first = await lockDatabase(url, 'scaletrace first http://127.0.0.1:1');
    expect(await isRefused()).toBe(true);
    await first.release();
    expect(await isRefused()).toBe(false);
  });

  it('takes its lock anew when its connection was lost', async () => {
    await holdDatabase(url, 'http://127.0.0.1:1', () => undefined);
    await refuseSecondOn(url);
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
