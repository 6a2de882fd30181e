import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { runResultSchema, type RunResult } from '@/lib/runs/result';
import { endedStates, runSchema, serviceSchema, type Service } from '@/lib/model/run';
import { type ApiClient } from './client';
import { CliError, exitCodes } from './errors';
import { type Command } from './options';
import { junitOf, verdictsOf, type Verdict } from './verdict';

type RunCommand = Extract<Command, { command: 'run' }>;
const runAnswer = z.object({ run: runSchema });
const pollMs = 1000;

/** Starts a run and, where asked, follows and judges it. The exit code. */
export async function startRun(client: ApiClient, command: RunCommand): Promise<number> {
  const { services } = await client.get('/api/services', z.object({ services: z.array(serviceSchema) }));
  const service = chooseService(services, command.service);
  const { run } = await client.post(
    '/api/runs',
    {
      serviceId: service.id,
      scriptName: command.script,
      env: command.env,
      tags: command.tags,
      ...(command.name === null ? {} : { name: command.name }),
    },
    runAnswer,
  );
  console.error(`· ${run.name}: ${command.url.replace(/\/$/, '')}/runs/${run.id}`);
  if (!command.wait) {
    console.log(run.id);
    return exitCodes.good;
  }
  await follow(client, run.id);
  const result = await client.get(`/api/runs/${run.id}/result`, runResultSchema);
  const verdicts = verdictsOf(result, command.maxLagMs);
  print(result, verdicts);
  if (command.junit !== null) write(command.junit, junitOf(result, verdicts));
  if (command.json !== null) write(command.json, `${JSON.stringify(result, null, 2)}\n`);
  return verdicts.every(({ failure }) => failure === null) ? exitCodes.good : exitCodes.failed;
}

function chooseService(services: readonly Service[], wanted: string): Service {
  const found = services.filter(({ id, name, namespace }) =>
    [id, name, `${namespace}/${name}`].includes(wanted),
  );
  const [service] = found;
  const names = services.map(({ namespace, name }) => `${namespace}/${name}`).join(', ') || 'none yet';
  if (!service) throw new CliError(`There is no service "${wanted}". Registered: ${names}.`, exitCodes.usage);
  if (found.length > 1)
    throw new CliError(
      `Several services are called "${wanted}": give namespace/name or the id. ${found.map((one) => `${one.namespace}/${one.name} (${one.gatewayUrl}): ${one.id}`).join('; ')}`,
      exitCodes.usage,
    );
  return service;
}

/** Follows the run to its end: one line that changes on a terminal, a line now and then otherwise. */
async function follow(client: ApiClient, id: string): Promise<void> {
  const terminal = process.stderr.isTTY;
  let last = '';
  let misses = 0;
  let saidAtMs = 0;
  for (;;) {
    // A short outage of the dashboard is no reason to lose a run that goes on.
    const answer = await client.get(`/api/runs/${id}`, runAnswer).catch((error: unknown) => {
      if (error instanceof CliError && error.code === exitCodes.unreachable && ++misses < 10) return null;
      throw error;
    });
    if (answer) {
      misses = 0;
      const { state, figures } = answer.run;
      const line = `${state}: ${figures.requests ?? 0} requests, ${figures.failures ?? 0} failed, peak ${figures.peakReadyPods ?? 0} ready pods`;
      if (terminal) process.stderr.write(`\r\x1b[2K  ${line}`);
      else if (state !== last || Date.now() - saidAtMs >= 10_000) {
        console.error(`  ${line}`);
        saidAtMs = Date.now();
      }
      last = state;
      if (endedStates.includes(state)) break;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  if (terminal) process.stderr.write('\n');
}

function print(result: RunResult, verdicts: readonly Verdict[]): void {
  for (const sentence of result.story) console.log(sentence);
  console.log('');
  for (const { name, failure } of verdicts)
    console.log(`${failure === null ? '✓' : '✗'} ${name}${failure === null ? '' : `: ${failure}`}`);
  console.log(`\n${result.url}`);
}

function write(file: string, content: string): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new CliError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      exitCodes.usage,
    );
  }
}
