import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { z } from 'zod';
import { projectRoot } from '@/lib/environment/paths';

/** Where the committed SQL migrations are. */
export function migrationsDirectory(): string {
  return join(projectRoot(), 'prisma', 'migrations');
}

const appliedSchema = z.object({ name: z.string(), checksum: z.string() });

// The table as `prisma migrate deploy` makes it, so that either may go on where the other stopped.
const bookkeeping = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" DATETIME,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" DATETIME,
  "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

/**
 * Applies the committed migrations that the SQLite database lacks, each in one transaction, and returns their names.
 * Throws when a migration that was applied has been edited since, or when the database is newer than this checkout.
 */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  const client = createClient({ url: databaseUrl });
  try {
    await client.execute('PRAGMA busy_timeout = 5000');
    // A table that is made anew is dropped before: its children would go with it. In a transaction it cannot be switched.
    await client.execute('PRAGMA foreign_keys = OFF');
    await client.execute(bookkeeping);
    const { rows } = await client.execute(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL',
    );
    const applied = new Map(
      z
        .array(appliedSchema)
        .parse(rows)
        .map(({ name, checksum }) => [name, checksum]),
    );
    const directory = migrationsDirectory();
    const names = readdirSync(directory)
      .filter((name) => existsSync(join(directory, name, 'migration.sql')))
      .sort();
    const unknown = [...applied.keys()].filter((name) => !names.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `The database ${databaseUrl} was made by a newer Scaletrace (it has migration ${unknown[0]}): update this checkout, or set DATABASE_URL to another file.`,
      );
    }
    const done: string[] = [];
    for (const name of names) {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      const before = applied.get(name);
      if (before !== undefined && before !== checksum) {
        throw new Error(
          `The migration ${name} was changed after it had been applied to ${databaseUrl}: restore the file.`,
        );
      }
      if (before !== undefined) continue;
      const startedAt = Date.now();
      await client.executeMultiple(`BEGIN IMMEDIATE;\n${sql}\n${record(name, checksum, startedAt)}\nCOMMIT;`);
      done.push(name);
    }
    return done;
  } finally {
    client.close();
  }
}

function record(name: string, checksum: string, startedAt: number): string {
  if (!/^[A-Za-z0-9_]+$/.test(name))
    throw new Error(`A migration's folder has letters, digits and _ only: ${name}`);
  return `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    VALUES ('${randomUUID()}', '${checksum}', '${name}', ${startedAt}, ${Date.now()}, 1);`;
}
