/**
 * Writes the next SQL migration from prisma/schema.prisma, for SQLite and for PostgreSQL, whose server must be installed:
 * `npx tsx scripts/new-migration.ts NAME`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, migrationsDirectory } from '@/lib/store/migrations';
import { startPostgres } from './postgres/server.mjs';
import { diffToSchema } from './schema-engine.mjs';

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error('usage: npx tsx scripts/new-migration.ts NAME   (lower case, digits and _)');
  process.exit(2);
}
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);

async function write(kind: 'sqlite' | 'postgres', databaseUrl: string): Promise<void> {
  await applyMigrations(databaseUrl);
  const sql = await diffToSchema(databaseUrl);
  if (sql === null) {
    console.log(`The migrations already give ${kind} the schema: nothing written.`);
    return;
  }
  const target = join(migrationsDirectory(kind), `${stamp}_${name}`);
  mkdirSync(target, { recursive: true });
  // Text is compared as SQLite does it, whatever the language of the server: each character by its code.
  const written = kind === 'sqlite' ? sql : sql.replace(/ TEXT\b/g, ' TEXT COLLATE "C"');
  writeFileSync(join(target, 'migration.sql'), written);
  console.log(`wrote ${join(target, 'migration.sql')}`);
}

const server = await startPostgres({ settings: { fsync: 'off' } });
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-diff-'));
try {
  await write('sqlite', `file:${join(folder, 'diff.db')}`);
  await write('postgres', server.url());
} finally {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
