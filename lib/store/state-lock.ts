import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { z } from 'zod';
import { UserError } from '@/lib/environment/user-error';

const holderSchema = z.object({ pid: z.number(), address: z.string() });

const shared = globalThis as typeof globalThis & { scaletraceLocks?: Map<string, Database.Database> };

/**
 * Makes this process the one dashboard on a state folder until it ends, however it ends: two would end each other's
 * runs. Throws a UserError that names the other's process and address. `address`: where this one is reached.
 */
export function holdState(directory: string, address: string): void {
  const locks = (shared.scaletraceLocks ??= new Map());
  if (locks.has(directory)) return;
  locks.set(directory, lock(directory));
  writeFileSync(join(directory, 'dashboard.json'), JSON.stringify({ pid: process.pid, address }), {
    mode: 0o600,
  });
}

/** Throws a UserError where another process is the dashboard of this folder. */
export function refuseSecond(directory: string): void {
  if (!shared.scaletraceLocks?.has(directory)) lock(directory).close();
}

/** The lock of a SQLite file: the system gives it back when its process ends, and nothing stale is left. */
function lock(directory: string): Database.Database {
  const database = new Database(join(directory, 'dashboard.lock'));
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error;
    throw new UserError(heldBy(directory));
  }
}

function heldBy(directory: string): string {
  let who = 'Another Scaletrace';
  try {
    const { pid, address } = holderSchema.parse(
      JSON.parse(readFileSync(join(directory, 'dashboard.json'), 'utf8')),
    );
    who = `Another Scaletrace (process ${pid}, ${address})`;
  } catch {
    // It is starting, and has not said where it is.
  }
  return `${who} uses ${directory}: use that one, end it, or set SCALETRACE_DIR to another folder.`;
}
