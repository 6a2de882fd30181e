import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createClient } from '@libsql/client';
import { isPostgres, shownDatabaseUrl } from '@/lib/environment/database-url';
import { UserError } from '@/lib/environment/user-error';

/**
 * Copies a SQLite database into a new file, as it is at one moment, also while a dashboard writes it: a copy of the file
 * alone would lack what still lies in its write-ahead log. Throws a UserError where the file is there already, where
 * SQLite finds the copy damaged, which is removed then, or where the database is PostgreSQL's.
 */
export async function backUp(databaseUrl: string, file: string): Promise<void> {
  if (isPostgres(databaseUrl))
    throw new UserError(
      `The history is in PostgreSQL (${shownDatabaseUrl(databaseUrl)}), whose own program backs it up, also while the dashboard runs:\n  pg_dump --format=custom --file=${file} "$DATABASE_URL"   (docs/operate.md)`,
    );
  if (existsSync(file)) throw new UserError(`${file} is there already: name a new file.`);
  const database = createClient({ url: databaseUrl });
  try {
    await database.execute('PRAGMA busy_timeout = 5000');
    await database.execute({ sql: 'VACUUM INTO ?', args: [file] });
  } finally {
    database.close();
  }
  chmodSync(file, 0o600);
  const fault = await faultOf(file);
  if (fault === null) return;
  rmSync(file, { force: true });
  throw new UserError(`The database is damaged, and was not backed up: ${fault}.`);
}

/** What SQLite finds wrong with a file; null: nothing. */
async function faultOf(file: string): Promise<string | null> {
  const copy = createClient({ url: `file:${file}` });
  try {
    const { rows } = await copy.execute('PRAGMA integrity_check(1)');
    const said = rows[0]?.integrity_check;
    return said === 'ok' ? null : `${said as string}`;
  } finally {
    copy.close();
  }
}
