/** Whether a DATABASE_URL names a PostgreSQL database; else it is a file of SQLite. */
export function isPostgres(databaseUrl: string): boolean {
  return /^postgres(ql)?:\/\//.test(databaseUrl);
}

/** A DATABASE_URL as it may be shown: without a password, and without the parameters, which may hold one too. */
export function shownDatabaseUrl(databaseUrl: string): string {
  if (!isPostgres(databaseUrl)) return databaseUrl;
  try {
    const { username, host, pathname } = new URL(databaseUrl);
    return `postgres://${username === '' ? '' : `${username}@`}${host}${pathname}`;
  } catch {
    return 'postgres://…';
  }
}
