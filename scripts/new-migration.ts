/** Writes the next SQL migration from prisma/schema.prisma: `npx tsx scripts/new-migration.ts NAME`. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, migrationsDirectory } from '@/lib/store/migrations';
import { diffToSchema, openSchemaEngine } from './schema-engine.mjs';

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error('usage: npx tsx scripts/new-migration.ts NAME   (lower case, digits and _)');
  process.exit(2);
}
const databaseUrl = `file:${join(mkdtempSync(join(tmpdir(), 'scaletrace-diff-')), 'diff.db')}`;
await applyMigrations(databaseUrl);
const sql = await diffToSchema(await openSchemaEngine(databaseUrl));
if (sql === null) {
  console.log('The migrations already give the schema: nothing written.');
} else {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const target = join(migrationsDirectory(), `${stamp}_${name}`);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'migration.sql'), sql);
  writeFileSync(join(migrationsDirectory(), 'migration_lock.toml'), 'provider = "sqlite"\n');
  console.log(`wrote ${join(target, 'migration.sql')}`);
}
process.exit(0);
