import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stateDirectory } from './paths';

const scratch = (): string => join(/* turbopackIgnore: true */ stateDirectory(), 'scratch');
const shared = globalThis as typeof globalThis & { scaletraceScratch?: string };

/** What tells this process' folders from those of one that is gone: a process id may come back. */
function own(): string {
  return (shared.scaletraceScratch ??= randomUUID().slice(0, 8));
}

/**
 * A new folder of its user's alone, for whoever removes it again. It lies in the state directory, so that what a kill leaves
 * of it is found at the next start.
 */
export async function makeScratch(what: string): Promise<string> {
  await mkdir(scratch(), { recursive: true, mode: 0o700 });
  return mkdtemp(join(scratch(), `${own()}-${what}-`));
}

/** Removes what other processes have left: to be called by the one that holds the state directory. */
export async function clearScratch(): Promise<void> {
  const left = await readdir(scratch()).catch(() => []);
  for (const name of left)
    if (!name.startsWith(own())) await rm(join(scratch(), name), { recursive: true, force: true });
}
