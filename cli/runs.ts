import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { connect, connectionOptions, exitCodeNotes } from './connection';
import { verdictOutcomeSchema } from '@/lib/model/verdict';
import { formatWorstIncident } from '@/lib/words/format';
import { exitCodes } from './exit-codes';

const only = (value: string, description: string) => z.string().optional().meta({ value, description });

export const command = define(
  {
    options: z.object({
      service: only('NAME', 'runs of this service'),
      script: only('NAME', 'runs of this script'),
      tag: only('TAG', 'runs with this tag'),
      state: only('STATE', 'runs in this state'),
      verdict: z
        .enum(verdictOutcomeSchema.options, 'pass, fail or unclear.')
        .optional()
        .meta({ value: 'VERDICT', description: 'runs of this verdict: pass, fail or unclear' }),
      limit: z.coerce
        .number<string>({ error: 'a number from 1 to 200.' })
        .int('a number from 1 to 200.')
        .min(1, 'a number from 1 to 200.')
        .max(200, 'a number from 1 to 200.')
        .default(20)
        .meta({ value: 'N', description: 'at most so many (20)' }),
      json: z.boolean().default(false).meta({ description: 'as JSON' }),
      ...connectionOptions,
    }),
    notes: exitCodeNotes,
  },
  async ({ options: { limit, json, url, token, ...filters } }) => {
    const query = { pageSize: limit, ...filters };
    const { runs } = await connect({ url, token }).client('GET /api/runs', { query });
    if (json) {
      console.log(JSON.stringify(runs, null, 2));
      return exitCodes.good;
    }
    const ms = (value: number | null): string =>
      value === null ? '–' : value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(0)} ms`;
    const rows = runs.map((run) => [
      run.id,
      run.state,
      run.verdict?.outcome ?? '–',
      new Date(run.createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
      `${run.figures.requests ?? '–'}`,
      ms(run.figures.p95Ms),
      formatWorstIncident(run.figures, 'en'),
      run.name,
    ]);
    const table = [
      ['ID', 'STATE', 'VERDICT', 'STARTED (UTC)', 'REQUESTS', 'P95', 'WORST INCIDENT', 'NAME'],
      ...rows,
    ];
    const widths = table[0]!.map((_head, column) => Math.max(...table.map((row) => row[column]!.length)));
    for (const row of table)
      console.log(
        row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd(),
      );
    return exitCodes.good;
  },
);
