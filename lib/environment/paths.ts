import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The folder that holds Scaletrace's package.json: the processes are started in it or below it. */
export function projectRoot(): string {
  if (process.env.SCALETRACE_ROOT) return process.env.SCALETRACE_ROOT;
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
  const directory = process.env.SCALETRACE_DIR
    ? resolve(process.env.SCALETRACE_DIR)
    : join(projectRoot(), '.scaletrace');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** `DATABASE_URL`, else a SQLite file in the state directory. */
export function databaseUrl(): string {
  return process.env.DATABASE_URL ?? `file:${join(stateDirectory(), 'scaletrace.db')}`;
}
