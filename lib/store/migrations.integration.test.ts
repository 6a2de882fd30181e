import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diffToSchema, openSchemaEngine } from '@/scripts/schema-engine.mjs';
import { applyMigrations } from './migrations';

it('the migrations, one after another, give what prisma/schema.prisma says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-migrations-'));
  try {
    const databaseUrl = `file:${join(folder, 'empty.db')}`;
    await applyMigrations(databaseUrl);
    expect(await diffToSchema(await openSchemaEngine(databaseUrl))).toBeNull();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
