import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newDatabase, onPostgres } from '@/lib/store/fake-database';

/** Gives the processes that a story starts a state folder and a database of their own: a database has one dashboard. */
export async function ownState(name: string): Promise<void> {
  process.env.SCALETRACE_DIR = mkdtempSync(join(tmpdir(), `scaletrace-${name}-`));
  if (onPostgres) process.env.DATABASE_URL = await newDatabase(process.env.SCALETRACE_DIR, name);
}
