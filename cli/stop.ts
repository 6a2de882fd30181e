import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { runSchema } from '@/lib/model/run';
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
    await connect(options).client.post(
      `/api/runs/${encodeURIComponent(id)}/stop`,
      { mode: options.kill ? 'kill' : 'graceful' },
      z.object({ run: runSchema }),
    );
    console.error(`· ${id}: stopping`);
    return exitCodes.good;
  },
);
