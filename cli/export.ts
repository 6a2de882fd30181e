import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { exportFormatSchema } from '@/lib/exporting/formats';
import { connect, connectionOptions, exitCodeNotes } from './connection';
import { exitCodes } from './exit-codes';
import { writeOutput } from './output';

export const command = define(
  {
    positionals: ['RUN-ID'],
    options: z.object({
      format: exportFormatSchema.meta({
        value: 'FORMAT',
        description: exportFormatSchema.options.join(', '),
      }),
      out: z.string().optional().meta({ value: 'FILE', description: 'where to (standard output)' }),
      ...connectionOptions,
    }),
    notes: exitCodeNotes,
  },
  async ({ options, positionals: [id = ''] }) => {
    const bytes = await connect(options).client.file('GET /api/runs/{id}/export/{format}', {
      params: { id, format: options.format },
    });
    if (options.out === undefined) process.stdout.write(bytes);
    else {
      writeOutput(options.out, bytes);
      console.error(`· ${options.out}: ${bytes.byteLength} bytes`);
    }
    return exitCodes.good;
  },
);
