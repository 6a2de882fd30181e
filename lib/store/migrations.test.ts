import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { afterEach, expect, it, vi } from 'vitest';
import { UserError } from '@/lib/environment/user-error';
import { applyMigrations } from './migrations';

const root = mkdtempSync(join(tmpdir(), 'scaletrace-migrations-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function migration(name: string, sql: string): void {
  const folder = join(root, 'prisma', 'migrations', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'migration.sql'), sql);
}

it('keeps what a run recorded where a migration makes the table of runs anew', async () => {
  vi.stubEnv('SCALETRACE_ROOT', root);
  const url = `file:${join(root, 'test.db')}`;
  const own = '"id" TEXT NOT NULL PRIMARY KEY';
  migration(
    '1_made',
    `CREATE TABLE "Run" (${own});
     CREATE TABLE "Point" (${own}, "runId" TEXT NOT NULL REFERENCES "Run" ("id") ON DELETE CASCADE);`,
  );
  await applyMigrations(url);
  const client = createClient({ url });
  await client.executeMultiple(`INSERT INTO "Run" VALUES ('r'); INSERT INTO "Point" VALUES ('p', 'r');`);
  // As Prisma writes it.
  migration(
    '2_anew',
    `PRAGMA defer_foreign_keys=ON;
     PRAGMA foreign_keys=OFF;
     CREATE TABLE "new_Run" (${own}, "name" TEXT);
     INSERT INTO "new_Run" ("id") SELECT "id" FROM "Run";
     DROP TABLE "Run";
     ALTER TABLE "new_Run" RENAME TO "Run";
     PRAGMA foreign_keys=ON;
     PRAGMA defer_foreign_keys=OFF;`,
  );
  expect(await applyMigrations(url)).toEqual(['2_anew']);
  expect((await client.execute('SELECT * FROM "Point"')).rows).toEqual([{ id: 'p', runId: 'r' }]);
  client.close();
});

it('refuses a history that a newer one has changed, in a sentence that says how to go back', async () => {
  vi.stubEnv('SCALETRACE_ROOT', root);
  const url = `file:${join(root, 'newer.db')}`;
  migration('1_made', 'CREATE TABLE "Run" ("id" TEXT);');
  migration('2_newer', 'CREATE TABLE "Point" ("id" TEXT);');
  await applyMigrations(url);
  rmSync(join(root, 'prisma', 'migrations', '2_newer'), { recursive: true });
  const refused = applyMigrations(url);
  await expect(refused).rejects.toBeInstanceOf(UserError);
  await expect(refused).rejects.toThrow(/newer Scaletrace \(it has migration 2_newer\)[^]*backup/);
});
