import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { connect, connectionOptions, exitCodeNotes } from './connection';
import { exitCodes } from './exit-codes';

export const command = define(
  {
    positionals: ['RUN-ID'],
    options: z.object({
      kill: z.boolean().default(false).meta({ description: 'at once, without the script’s teardown' }),
      ...connectionOptions,
    }),
    notes: exitCodeNotes,
  },
  async ({ options, positionals: [id = ''] }) => {
    await connect(options).client('POST /api/runs/{id}/stop', {
      params: { id },
      body: { mode: options.kill ? 'kill' : 'graceful' },
    });
    console.error(`· ${id}: stopping`);
    return exitCodes.good;
  },
);
