import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isPostgres } from './database-url';
import { variable } from './environment';
import { UserError } from './user-error';

/** The folder that holds Scaletrace's package.json: the processes are started in it or below it. */
export function projectRoot(): string {
  const named = variable('SCALETRACE_ROOT');
  if (named !== undefined) return named;
  let folder = process.cwd();
  while (!existsSync(join(/* turbopackIgnore: true */ folder, 'prisma', 'schema.prisma'))) {
    const parent = dirname(folder);
    if (parent === folder) return process.cwd();
    folder = parent;
  }
  return folder;
}

/** Where Scaletrace keeps what it makes: database, lab, k6's cache. `SCALETRACE_DIR`, else `.scaletrace` in the project. */
export function stateDirectory(): string {
  const named = variable('SCALETRACE_DIR');
  const directory = named === undefined ? join(projectRoot(), '.scaletrace') : resolve(named);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** Where secrets lie that are in no database: `SCALETRACE_SECRETS_DIR`, which dashboards on one database share, else the state directory. */
export function secretsDirectory(): string {
  const named = variable('SCALETRACE_SECRETS_DIR');
  return named === undefined ? stateDirectory() : resolve(/* turbopackIgnore: true */ named);
}

/**
 * Throws a UserError where the folder that SCALETRACE_SECRETS_DIR names is not there, such as a volume that is not mounted:
 * a dashboard without it would find no secret, and send no verdict.
 */
export function refuseWithoutSecrets(): void {
  if (!existsSync(/* turbopackIgnore: true */ secretsDirectory()))
    throw new UserError(
      `SCALETRACE_SECRETS_DIR names ${secretsDirectory()}, which is not there: mount it, or make it with mkdir -m 700.`,
    );
}

/** `DATABASE_URL`, of SQLite or PostgreSQL, else a SQLite file in the state directory. */
export function databaseUrl(): string {
  return variable('DATABASE_URL') ?? `file:${join(stateDirectory(), 'scaletrace.db')}`;
}

/** From now on what this process writes is for its user alone, and so are the state directory and the database that were there before. */
export function keepPrivate(): void {
  process.umask(0o077);
  chmodSync(stateDirectory(), 0o700);
  if (isPostgres(databaseUrl())) return;
  const file = databaseUrl().replace(/^file:/, '');
  for (const part of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(part)) makePrivate(part);
}

/** A file of another user, or where nothing can be written, stays as it is: the dashboard shows what is in it. */
function makePrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch (error) {
    if (!['EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
