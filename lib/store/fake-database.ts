import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';

/** Whether these tests run on PostgreSQL (`npm run test:postgres`), which lends them its server by this variable. */
export const onPostgres = process.env.SCALETRACE_TEST_POSTGRES !== undefined;

/**
 * The address of an empty database of a test's own: a file in its folder, or, where the tests run on PostgreSQL, one of the
 * server that was started for them, which ends with it.
 */
export async function newDatabase(folder: string, name = 'test'): Promise<string> {
  const server = process.env.SCALETRACE_TEST_POSTGRES;
  if (server === undefined) return `file:${join(folder, `${name}.db`)}`;
  const database = `${name}_${randomUUID().slice(0, 8)}`;
  await sql(server, `CREATE DATABASE "${database}"`);
  return new URL(`/${database}`, server).href;
}

/** Lets nobody else write to a database of PostgreSQL until the function returned is called. */
export async function lockTables(url: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
  );
  await client.query(
    `BEGIN; LOCK TABLE ${rows.map(({ tablename }) => `"${tablename}"`).join(', ')} IN EXCLUSIVE MODE`,
  );
  return () => client.end();
}

async function sql(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
