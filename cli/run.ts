import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { type VerdictOutcome } from '@/lib/model/verdict';
import { type RunResult } from '@/lib/runs/result';
import { endedStates, type Service } from '@/lib/model/run';
import { type ApiClient } from '@/lib/api/client';
import { UserError } from '@/lib/environment/user-error';
import { commentPlace, commentRun } from './comment';
import { exitCodes } from './exit-codes';
import { connect, connectionOptions } from './connection';
import { writeOutput } from './output';
import { breaksBuild } from '@/lib/verdict/judge';
import { type RevisionFigures } from '@/lib/model/revision-figures';
import { unitOf } from '@/lib/model/protocol';
import { wordsOf } from '@/lib/words/catalogue';
import { protocolTexts } from '@/lib/words/protocol-text';
import { revisionColumns, revisionText } from '@/lib/words/revision-text';
import { objectiveOf, objectiveOptions } from './objective-options';
import { scriptOf } from './script-upload';

const pollMs = 1000;

export const runOptionsSchema = z
  .object({
    service: z
      .string()
      .min(1)
      .meta({ value: 'NAME', description: 'a registered service: name, namespace/name or id' }),
    script: z.string().min(1).meta({
      value: 'NAME',
      description:
        'a script that ships or was saved (tutorial, ramp, …), or a .ts file, a folder or a tar here',
    }),
    entry: z
      .string()
      .optional()
      .meta({ value: 'FILE', description: 'the file of the folder or tar that k6 starts with (main.ts)' }),
    env: z
      .array(z.string().regex(/^[^=]+=/, 'write it as NAME=VALUE.'))
      .default([])
      .transform((pairs) =>
        Object.fromEntries(
          pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
        ),
      )
      .meta({ value: 'K=V', description: 'a variable of the script; as often as needed' }),
    plain: z.array(z.string()).default([]).meta({
      value: 'NAME',
      description: 'a variable that is no secret: viewers and links see its value; as often as needed',
    }),
    name: z.string().optional().meta({ value: 'TEXT', description: 'name of the run' }),
    tag: z.array(z.string()).default([]).meta({ value: 'TAG', description: 'as often as needed' }),
    wait: z.boolean().default(false).meta({ description: 'follow it to its end and judge it' }),
    engine: z.enum(['k6', 'k6-operator']).default('k6').meta({
      value: 'NAME',
      description: 'who makes the load: k6 there, or k6-operator in the service’s cluster (k6)',
    }),
    runners: z.coerce.number<string>().int().min(1).optional().meta({
      value: 'N',
      description: 'how many share the load: k6 processes there, or k6-operator’s pods (1)',
    }),
    namespace: z
      .string()
      .optional()
      .meta({ value: 'NAME', description: 'with k6-operator: where they are (the kubeconfig’s own)' }),
    image: z.string().optional().meta({ value: 'NAME', description: 'with k6-operator: the image of k6' }),
    ...objectiveOptions,
    junit: z.string().optional().meta({ value: 'FILE', description: 'write the verdict as JUnit XML' }),
    json: z.string().optional().meta({ value: 'FILE', description: 'write the result as JSON' }),
    comment: z.boolean().default(false).meta({
      description: 'write it into the pull or merge request that GitHub Actions or GitLab CI builds',
    }),
    ...connectionOptions,
  })
  .refine(
    ({ wait, junit, json, maxLag, comment }) => wait || (!comment && (junit ?? json ?? maxLag) === undefined),
    { error: '--junit, --json, --max-lag and --comment need the run’s end: add --wait.' },
  )
  .refine(({ engine, namespace, image }) => engine === 'k6-operator' || (namespace ?? image) === undefined, {
    error: '--namespace and --image are for k6-operator: add --engine k6-operator.',
  });

export const command = define(
  {
    options: runOptionsSchema,
    notes:
      'Exit code: 0 finished, and nothing failed: thresholds met, no scale-up late, objective kept; 1 not so; 2 wrong use;\n3 Scaletrace cannot be reached or refuses the token. It is the verdict that the run’s page shows: what is in doubt there\nis told and fails no build. --max-… and --no-regression stand before the objective of the service.',
  },
  ({ options }) => startRun(options),
);

/** Starts a run and, where asked, follows and judges it. The exit code. */
async function startRun(options: z.output<typeof runOptionsSchema>): Promise<number> {
  const { client, url } = connect(options);
  const place = options.comment ? commentPlace() : null;
  const { services } = await client('GET /api/services');
  const service = chooseService(services, options.service);
  const script = await scriptOf(client, options);
  const { run } = await client('POST /api/runs', {
    body: {
      serviceId: service.id,
      ...script,
      env: { ...script.env, ...options.env },
      plainEnv: options.plain,
      tags: options.tag,
      objective: objectiveOf(options, service),
      ...(options.engine === 'k6' ? { runners: options.runners } : { operator: operatorOf(options) }),
      ...(options.name === undefined ? {} : { name: options.name }),
    },
  });
  console.error(`· ${run.name}: ${url.replace(/\/$/, '')}/runs/${run.id}`);
  if (!options.wait) {
    console.log(run.id);
    return exitCodes.good;
  }
  await follow(client, run.id);
  const result = await client('GET /api/runs/{id}/result', { params: { id: run.id } });
  print(result);
  if (options.junit !== undefined)
    writeOutput(
      options.junit,
      await client.file('GET /api/runs/{id}/export/{format}', { params: { id: run.id, format: 'junit' } }),
    );
  if (options.json !== undefined) writeOutput(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (place)
    await commentRun(client, place, {
      id: run.id,
      url: result.url,
      key: `${service.namespace}/${service.name} ${script.scriptName}`,
    });
  return exitCodeOf(result);
}

/** What is asked of k6-operator; what is not said is its own. */
function operatorOf({ runners, namespace, image }: z.output<typeof runOptionsSchema>): {
  runners?: number;
  namespace?: string;
  image?: string;
} {
  return {
    ...(runners === undefined ? {} : { runners }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(image === undefined ? {} : { image }),
  };
}

function chooseService(services: readonly Service[], wanted: string): Service {
  const found = services.filter(({ id, name, namespace }) =>
    [id, name, `${namespace}/${name}`].includes(wanted),
  );
  const [service] = found;
  const names = services.map(({ namespace, name }) => `${namespace}/${name}`).join(', ') || 'none yet';
  if (!service)
    throw new UserError(`There is no service "${wanted}". Registered: ${names}.`, exitCodes.usage);
  if (found.length > 1)
    throw new UserError(
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
    const answer = await client('GET /api/runs/{id}', { params: { id } }).catch((error: unknown) => {
      if (error instanceof UserError && error.exitCode === exitCodes.unreachable && ++misses < 10)
        return null;
      throw error;
    });
    if (answer) {
      misses = 0;
      const { state, figures, protocols } = answer.run;
      const line = `${state}: ${figures.requests ?? 0} ${wordsOf('en')('columns.units', { unit: unitOf(protocols) })}, ${figures.failures ?? 0} failed, peak ${figures.peakReadyPods ?? 0} ready pods`;
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

/** What a build sees of a run that has ended. */
export function exitCodeOf({ verdict }: Pick<RunResult, 'verdict'>): number {
  return verdict === null || breaksBuild(verdict) ? exitCodes.failed : exitCodes.good;
}

const signs: Record<VerdictOutcome, string> = { pass: '✓', fail: '✗', unclear: '?' };

/** What each revision had, a line each. */
function revisionTable(revisions: readonly RevisionFigures[]): string {
  const t = wordsOf('en');
  const rows = [
    [t('revisions.revision'), ...revisionColumns.map((column) => t(`revisions.${column}`))],
    ...revisions.map((one) => [
      one.revision,
      ...revisionColumns.map((column) => revisionText(one, column, 'en', t)),
    ]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n');
}

function print({ story, protocolFigures, revisions, verdict, url }: RunResult): void {
  for (const sentence of story) console.log(sentence);
  console.log('');
  if (protocolFigures) {
    for (const { label, value, detail } of protocolTexts(protocolFigures, wordsOf('en'), 'en'))
      console.log(`${label}: ${value}${detail === undefined ? '' : ` (${detail})`}`);
    console.log('');
  }
  if (revisions.length > 0) console.log(`${revisionTable(revisions)}\n`);
  if (verdict) {
    for (const { outcome, said } of verdict.checks) console.log(`${signs[outcome]} ${said.text}`);
    console.log(`\n${verdict.said.text}`);
  }
  console.log(`\n${url}`);
}
