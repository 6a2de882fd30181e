import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, expect, it } from 'vitest';
import { diffToSchema } from '@/scripts/schema-engine.mjs';
import { newDatabase, onPostgres } from './fake-database';
import { applyMigrations } from './migrations';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-migrations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the migrations, one after another, give what prisma/schema.prisma says', async () => {
  const databaseUrl = await newDatabase(folder);
  await applyMigrations(databaseUrl);
  expect(await diffToSchema(databaseUrl)).toBeNull();
});

it.runIf(onPostgres)('dashboards that start at once find it done by one of them', async () => {
  const databaseUrl = await newDatabase(folder, 'at_once');
  const done = await Promise.all([applyMigrations(databaseUrl), applyMigrations(databaseUrl)]);
  expect(done.map((names) => names.length > 0).sort()).toEqual([false, true]);
});

it.runIf(onPostgres)(
  'text is compared by its characters’ codes, whatever language the server speaks',
  async () => {
    const databaseUrl = await newDatabase(folder, 'order');
    await applyMigrations(databaseUrl);
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
      AND table_name <> '_prisma_migrations' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`,
    );
    await client.end();
    expect(rows).toEqual([]);
  },
);
