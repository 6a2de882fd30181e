import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type z } from 'zod';
import { variable } from '@/lib/environment/environment';
import { secretsDirectory } from '@/lib/environment/paths';
import { Problem } from '@/lib/model/problem';
import { type Store } from './client';
import { listDashboards } from './leases/dashboards';

/**
 * What is secret lies in files of its own, for this user alone: the database is copied, exported and read by others.
 * Dashboards on one database share the folder by SCALETRACE_SECRETS_DIR.
 */
const pathOf = (name: string): string => join(/* turbopackIgnore: true */ secretsDirectory(), name);

/** What a file of secrets holds; null: there is none, or it cannot be read. */
export function readSecrets<T>(name: string, schema: z.ZodType<T>): T | null {
  const path = pathOf(name);
  if (!existsSync(path)) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Sets what a file of secrets holds, or removes it (null). Who reads it meanwhile is given the one before or this one, whole. Throws a Problem where the folder cannot be written. */
export function writeSecrets(name: string, value: unknown): void {
  const path = pathOf(name);
  try {
    if (value === null) return rmSync(path, { force: true });
    const folder = dirname(path);
    if (folder !== secretsDirectory()) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // The mode above is of a new folder only.
      chmodSync(folder, 0o700);
    }
    const made = `${path}.new`;
    rmSync(made, { force: true });
    writeFileSync(made, JSON.stringify(value), { mode: 0o600 });
    renameSync(made, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR'].includes(code ?? '')) throw error;
    throw new Problem('problems.secrets-read-only', { folder: secretsDirectory() });
  }
}

/** Throws a Problem where other dashboards are on this database and would not know a secret that is set here. */
export async function refuseUnshared(store: Store): Promise<void> {
  if (variable('SCALETRACE_SECRETS_DIR') !== undefined) return;
  if ((await listDashboards(store)).length > 1) throw new Problem('problems.secrets-not-shared', {});
}
