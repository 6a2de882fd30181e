import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { databaseUrl, keepPrivate } from '@/lib/environment/paths';
import { UserError } from '@/lib/environment/user-error';
import { backUp } from '@/lib/store/backup';
import { exitCodes } from './exit-codes';

/** A copy of the history, also while the dashboard runs. */
export const command = define(
  {
    positionals: ['FILE'],
    options: z.object({}),
    notes: `FILE holds the whole history; to restore it, stop the dashboard, put it in the place of scaletrace.db, remove
scaletrace.db-wal and scaletrace.db-shm, and start it again (docs/operate.md).`,
    exitCode: exitCodes.usage,
  },
  async ({ positionals: [file] }) => {
    if (file === undefined)
      throw new UserError('Name the file to write: scaletrace backup FILE', exitCodes.usage);
    keepPrivate();
    const path = resolve(file);
    await backUp(databaseUrl(), path);
    console.log(`✓ ${path}: ${(statSync(path).size / 2 ** 20).toFixed(1)} MB`);
    return exitCodes.good;
  },
);
