import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { z } from 'zod';
import { isPostgres, shownDatabaseUrl } from '@/lib/environment/database-url';
import { projectRoot } from '@/lib/environment/paths';
import { UserError } from '@/lib/environment/user-error';
import { openingError, unfitServer, type Server } from './postgres/failures';
import { newClient } from './postgres/pool';

/** Where the committed SQL migrations of a database's kind are. */
export function migrationsDirectory(kind: 'sqlite' | 'postgres' = 'sqlite'): string {
  return join(projectRoot(), 'prisma', kind === 'sqlite' ? 'migrations' : 'migrations-postgres');
}

const appliedSchema = z.array(z.object({ name: z.string(), checksum: z.string() }));

const readApplied =
  'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL';

/**
 * Applies the committed migrations that a database lacks, and returns their names. Throws a UserError when a migration that
 * was applied has been edited since, or when the database is newer than this checkout.
 */
export function applyMigrations(
  databaseUrl: string,
  /** `moving`: by who moves a history into it, which nobody else opens until it is whole. */
  as: 'opening' | 'moving' = 'opening',
): Promise<string[]> {
  return isPostgres(databaseUrl) ? migratePostgres(databaseUrl, as) : migrateSqlite(databaseUrl);
}

/** The committed migrations that a SQLite file lacks; nothing is written to it. Throws as `applyMigrations`. */
export async function pendingMigrations(databaseUrl: string): Promise<string[]> {
  const client = createClient({ url: databaseUrl });
  try {
    await client.execute('PRAGMA query_only = ON');
    const { rows: tables } = await client.execute(
      `SELECT 1 FROM sqlite_master WHERE name = '_prisma_migrations'`,
    );
    const rows = tables.length === 0 ? [] : (await client.execute(readApplied)).rows;
    return missingMigrations(databaseUrl, appliedSchema.parse(rows)).map(({ name }) => name);
  } finally {
    client.close();
  }
}

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

/** Each migration in one transaction. */
async function migrateSqlite(databaseUrl: string): Promise<string[]> {
  const client = createClient({ url: databaseUrl });
  try {
    await client.execute('PRAGMA busy_timeout = 5000');
    // A table that is made anew is dropped before: its children would go with it. In a transaction it cannot be switched.
    await client.execute('PRAGMA foreign_keys = OFF');
    await client.execute(bookkeeping);
    const { rows } = await client.execute(readApplied);
    const missing = missingMigrations(databaseUrl, appliedSchema.parse(rows));
    for (const { name, checksum, sql } of missing) {
      const startedAt = Date.now();
      await client.executeMultiple(
        `BEGIN IMMEDIATE;\n${sql}\n${record(name, checksum, `${startedAt}`, `${Date.now()}`)}\nCOMMIT;`,
      );
    }
    return missing.map(({ name }) => name);
  } finally {
    client.close();
  }
}

const postgresBookkeeping = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** Any number that is always the same: who migrates holds it, and others that start wait for them. */
const migrationLock = 7_225_883_661;

/** All of them in one transaction, under a lock that ends with it: of several dashboards that start at once one migrates. */
async function migratePostgres(databaseUrl: string, as: 'opening' | 'moving'): Promise<string[]> {
  const client = newClient(databaseUrl);
  // Told by whoever waits for an answer.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await refuseUnfit(databaseUrl, client, as);
    await client.query('BEGIN');
    await client.query(
      `SET LOCAL search_path = public; SELECT pg_advisory_xact_lock(${migrationLock}); ${postgresBookkeeping}`,
    );
    const { rows } = await client.query(readApplied);
    const missing = missingMigrations(databaseUrl, appliedSchema.parse(rows));
    for (const { name, checksum, sql } of missing)
      await client.query(`${sql}\n${record(name, checksum, 'now()', 'clock_timestamp()')}`);
    await client.query('COMMIT');
    return missing.map(({ name }) => name);
  } catch (error) {
    throw openingError(error, databaseUrl);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The table that a database has while a history is moved into it: lib/store/move. */
export const moveMark = '_scaletrace_move';

async function refuseUnfit(
  databaseUrl: string,
  client: ReturnType<typeof newClient>,
  as: 'opening' | 'moving',
): Promise<void> {
  const { rows } = await client.query<Server & { moving: boolean }>(
    `SELECT current_setting('server_version_num')::int AS "versionNum", current_setting('server_version') AS version,
      current_setting('server_encoding') AS encoding, to_regclass('public.${moveMark}') IS NOT NULL AS moving`,
  );
  const shown = shownDatabaseUrl(databaseUrl);
  const refusal = rows[0] && unfitServer(rows[0]);
  if (refusal) throw new UserError(`${shown} ${refusal}`);
  if (rows[0]?.moving && as === 'opening')
    throw new UserError(
      `The move of a history into ${shown} has begun and not ended: run scaletrace migrate --to with its address again, or name another database in DATABASE_URL.`,
    );
}

interface Migration {
  name: string;
  checksum: string;
  sql: string;
}

/** Those in the checkout that are not among the applied ones, in their order. */
function missingMigrations(
  databaseUrl: string,
  rows: readonly { name: string; checksum: string }[],
): Migration[] {
  const shown = shownDatabaseUrl(databaseUrl);
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  const directory = migrationsDirectory(isPostgres(databaseUrl) ? 'postgres' : 'sqlite');
  const names = readdirSync(directory)
    .filter((name) => existsSync(join(directory, name, 'migration.sql')))
    .sort();
  const unknown = [...applied.keys()].filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new UserError(
      `The history ${shown} was changed by a newer Scaletrace (it has migration ${unknown[0]}): start that one again, or put the backup of before the upgrade in its place (docs/operate.md), or name another database in DATABASE_URL.`,
    );
  }
  return names.flatMap((name) => {
    const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    const before = applied.get(name);
    if (before !== undefined && before !== checksum) {
      throw new UserError(
        `The migration ${name} was changed after it had been applied to ${shown}: restore the file.`,
      );
    }
    return before === undefined ? [{ name, checksum, sql }] : [];
  });
}

function record(name: string, checksum: string, startedAt: string, finishedAt: string): string {
  if (!/^[A-Za-z0-9_]+$/.test(name))
    throw new Error(`A migration's folder has letters, digits and _ only: ${name}`);
  return `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    VALUES ('${randomUUID()}', '${checksum}', '${name}', ${startedAt}, ${finishedAt}, 1);`;
}
