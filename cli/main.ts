/** `npx scaletrace`: the API for CI and terminals. */
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { runListItemSchema, runSchema } from '@/lib/model/run';
import { ApiClient } from './client';
import { CliError, exitCodes } from './errors';
import { parseCommand, usage, type Command } from './options';
import { startRun } from './run';

/** Does what the arguments say; the exit code. */
export async function runCommandLine(args: string[]): Promise<number> {
  try {
    const command = parseCommand(args, process.env);
    const client = new ApiClient(command.url, command.token);
    switch (command.command) {
      case 'help':
        console.log(usage);
        return exitCodes.good;
      case 'run':
        return await startRun(client, command);
      case 'runs':
        return await listRuns(client, command);
      case 'stop': {
        await client.post(
          `/api/runs/${encodeURIComponent(command.id)}/stop`,
          { mode: command.kill ? 'kill' : 'graceful' },
          z.object({ run: runSchema }),
        );
        console.error(`· ${command.id}: stopping`);
        return exitCodes.good;
      }
      case 'export':
        return await exportRun(client, command);
    }
  } catch (error) {
    console.error(error instanceof CliError ? `✗ ${error.message}` : error);
    return error instanceof CliError ? error.code : exitCodes.failed;
  }
}

async function listRuns(
  client: ApiClient,
  { service, script, tag, state, limit, json }: Extract<Command, { command: 'runs' }>,
): Promise<number> {
  const query = new URLSearchParams({ pageSize: `${limit}` });
  for (const [name, value] of Object.entries({ service, script, tag, state }))
    if (value !== null) query.set(name, value);
  const { runs } = await client.get(
    `/api/runs?${query.toString()}`,
    z.object({ runs: z.array(runListItemSchema) }),
  );
  if (json) {
    console.log(JSON.stringify(runs, null, 2));
    return exitCodes.good;
  }
  const ms = (value: number | null): string =>
    value === null ? '–' : value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(0)} ms`;
  const rows = runs.map((run) => [
    run.id,
    run.state,
    new Date(run.createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
    `${run.figures.requests ?? '–'}`,
    ms(run.figures.p95Ms),
    ms(run.figures.worstLagMs),
    run.name,
  ]);
  const table = [['ID', 'STATE', 'STARTED (UTC)', 'REQUESTS', 'P95', 'WORST LAG', 'NAME'], ...rows];
  const widths = table[0]!.map((_head, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
  return exitCodes.good;
}

async function exportRun(
  client: ApiClient,
  { id, format, out }: Extract<Command, { command: 'export' }>,
): Promise<number> {
  const bytes = await client.download(
    `/api/runs/${encodeURIComponent(id)}/export/${encodeURIComponent(format)}`,
  );
  if (out === null) process.stdout.write(bytes);
  else {
    writeFileSync(out, bytes);
    console.error(`· ${out}: ${bytes.byteLength} bytes`);
  }
  return exitCodes.good;
}
