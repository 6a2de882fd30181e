import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { variable } from '@/lib/environment/environment';
import { secretsDirectory } from '@/lib/environment/paths';
import { Problem } from '@/lib/model/problem';
import { type Store } from './client';
import { dialectOf } from './dialect';
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

/** Who changes these files waits for each other, whichever dashboard it is: "scal", "secr". */
export const changeLock = '1935892844, 1936024434';

/**
 * Makes a change of these files, of all dashboards' on a database one at a time: what it reads is what the one before has
 * written.
 */
export async function changeSecrets<T>(store: Store, change: () => T): Promise<T> {
  if (dialectOf(store).kind === 'sqlite') return change();
  return store.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe(`SELECT pg_advisory_xact_lock(${changeLock})`);
    return change();
  });
}

/** The version of such a file's setting, as it was shown to who changes it. */
export const seenVersionSchema = z.string().max(100);

/**
 * Throws a Problem where what is there is not what was shown to who changes it. `seen`: the version that was shown, null for
 * none; undefined: whatever is there is to be replaced.
 */
export function requireSeen(stored: { version: string } | null, seen: string | null | undefined): void {
  if (seen !== undefined && seen !== (stored?.version ?? null))
    throw new Problem('problems.changed-meanwhile', {});
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
    const made = `${path}.${randomUUID()}.new`;
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
