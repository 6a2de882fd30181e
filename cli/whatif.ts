import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { UserError } from '@/lib/environment/user-error';
import {
  paretoFront,
  parseSweepAxis,
  settingValue,
  sweep,
  SweepAxisError,
  sweepGridSchema,
  sweepSize,
  whatIfFields,
  whatIfSettingsSchema,
  type WhatIfSettings,
} from '@/lib/whatif';
import { textOf as textOfFile } from '@/lib/model/file-text';
import { demandOfRun } from '@/lib/runs/read';
import { demandOfFile, type GivenDemand, whatIf } from '@/lib/whatif/replay-run';
import { type RecordedDemand } from '@/lib/whatif/recorded-demand';
import { whatIfFileRequestSchema, type WhatIfResult } from '@/lib/whatif/shapes';
import { openStore } from '@/lib/store/client';
import { writeOutput } from './output';
import { messageOfIssue } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { pointWithWords } from '@/lib/whatif/run-sweep';
import { english, textOf } from '@/lib/words/english';
import { wordsOf } from '@/lib/words/catalogue';

const milliseconds = (fallback: number) =>
  z.coerce.number<string>({ error: 'must be a number of milliseconds.' }).default(fallback);

const optionsSchema = z.object({
  set: z
    .array(z.string())
    .default([])
    .meta({ value: 'KEY=VALUE', description: 'change a setting (may be repeated)' }),
  sweep: z.array(z.string()).default([]).meta({
    value: 'KEY=FROM:TO:STEP',
    description: 'vary a setting, also KEY=A,B,C (up to three)',
  }),
  revision: z
    .string()
    .optional()
    .meta({ value: 'NAME', description: 'of a run with several revisions: replay this one alone' }),
  csv: z.string().optional().meta({ value: 'FILE', description: 'demand from lines of time,concurrency' }),
  prometheus: z
    .string()
    .optional()
    .meta({ value: 'FILE', description: 'demand from the JSON of a Prometheus range query' }),
  serviceMs: milliseconds(100).meta({
    value: 'T',
    description: 'with a file: time of a request in a pod (100)',
  }),
  podStartMs: milliseconds(2000).meta({
    value: 'T',
    description: 'with a file: time until a pod is ready (2000)',
  }),
  json: z.string().optional().meta({ value: 'FILE', description: 'write the result to FILE' }),
});
type Options = z.output<typeof optionsSchema>;

export const command = define(
  {
    positionals: ['[RUN]'],
    options: optionsSchema,
    notes: `RUN: a run's id or the beginning of it, or "latest"; or name a file with --csv or --prometheus.
Settings: ${whatIfFields.join(', ')}`,
    exitCode: 1,
  },
  async ({ options, positionals: [run], help }) => {
    if ([run, options.csv, options.prometheus].filter((one) => one !== undefined).length !== 1)
      throw new UserError(`Name one run, or one file with --csv or --prometheus.\n\n${help}`);
    if (options.revision !== undefined && run === undefined)
      throw new UserError('--revision needs a run: a file is of no revision.');
    try {
      return await replay(run, options);
    } catch (error) {
      throw error instanceof Problem ? new UserError(textOf(error)) : error;
    }
  },
);

async function replay(run: string | undefined, options: Options): Promise<number> {
  const settings = settingsFrom(options.set);
  const recorded =
    run === undefined ? demandOf(options) : await recordedDemand(run, options.revision ?? null);
  const result = whatIf(recorded, settings);
  print(result);
  const points = options.sweep.length > 0 ? runSweep(recorded, settings, options.sweep) : undefined;
  if (options.json !== undefined)
    writeOutput(
      options.json,
      `${JSON.stringify({ ...result, ...(points ? { sweep: points } : {}) }, null, 2)}\n`,
      1,
    );
  return result.problems.length > 0 ? 1 : 0;
}

/** `KEY=VALUE` in two. */
function pair(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1)
    throw new UserError(
      `--${option} ${text}: write ${option === 'set' ? 'KEY=VALUE' : 'KEY=FROM:TO:STEP or KEY=A,B,C'}.`,
    );
  return [text.slice(0, at), text.slice(at + 1)];
}

function settingsFrom(texts: readonly string[]): WhatIfSettings {
  return whatIfSettingsSchema.parse(
    Object.fromEntries(
      texts.map((text) => {
        const [key, value] = pair(text, 'set');
        const field = whatIfFields.find((one) => one === key);
        if (!field)
          throw new UserError(
            `--set ${text}: there is no setting "${key}". The settings are ${whatIfFields.join(', ')}.`,
          );
        return [field, named(`--set ${text}`, () => settingValue(field, value))];
      }),
    ),
  );
}

/** Runs what may refuse a setting; the error names the option. */
function named<T>(option: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof SweepAxisError ? new UserError(`${option}: ${english(error.said)}`) : error;
  }
}

function demandOf({ csv, prometheus, serviceMs, podStartMs }: Options): GivenDemand {
  const file = csv ?? prometheus ?? '';
  let text: string;
  try {
    text = textOfFile(readFileSync(file));
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const request = whatIfFileRequestSchema.safeParse({
    format: csv === undefined ? 'prometheus' : 'csv',
    text,
    serviceTimeMs: serviceMs,
    podStartMs,
  });
  if (!request.success)
    throw new UserError(
      request.error.issues
        .map((issue) => `${issue.path.join('.')}: ${english(messageOfIssue(issue))}`)
        .join('\n'),
    );
  return demandOfFile(request.data);
}

async function recordedDemand(wanted: string, revision: string | null): Promise<GivenDemand> {
  const store = await openStore();
  const found = await store.run.findMany({
    where: wanted === 'latest' ? { state: 'finished', deletedAtMs: null } : { id: { startsWith: wanted } },
    orderBy: { createdAtMs: 'desc' },
    take: 2,
    select: { id: true },
  });
  if (found.length === 0)
    throw new UserError(
      wanted === 'latest'
        ? 'There is no finished run yet: npm run demo makes one.'
        : `There is no run whose id begins with "${wanted}".`,
    );
  if (wanted !== 'latest' && found.length > 1)
    throw new UserError(`Several runs' ids begin with "${wanted}": give more of it.`);
  return (await demandOfRun(store, found[0]!.id, revision))!;
}

function print({ fidelity, demand, own, replay, problems, revision, revisions }: WhatIfResult): void {
  if (revision !== null) console.log(`Of revision ${revision} alone.`);
  else if (revisions.length > 0)
    console.log(`Of all revisions as one: --revision replays one alone (${revisions.join(', ')}).`);
  if (fidelity?.readyPodsMeanAbsoluteError != null)
    console.log(
      `The simulation reproduces ${revision === null ? "this run's own pods" : `the pods of ${revision}`} to within ${fidelity.readyPodsMeanAbsoluteError.toFixed(2)} pods on average, over ${fidelity.comparedSeconds} s.`,
    );
  for (const { fromMs, toMs } of demand.holes.slice(0, 10))
    console.log(
      `Nothing is known of seconds ${(fromMs - demand.startMs) / 1000} to ${(toMs - demand.startMs) / 1000} of the demand.`,
    );
  if (demand.holes.length > 10) console.log(`There are ${demand.holes.length - 10} more such holes.`);
  for (const { annotation, message } of problems) console.log(`✗ ${annotation}: ${message}`);
  const rows: [string, (figures: WhatIfResult['own']['figures']) => string][] = [
    ['time under capacity, s', (f) => `${f.underCapacitySeconds}`],
    [
      `${wordsOf('en')('columns.units', { unit: demand.unit })} that waited`,
      (f) => f.waitedRequests.toFixed(0),
    ],
    ['wait p50, ms', (f) => f.waitMs.p50.toFixed(0)],
    ['wait p95, ms', (f) => f.waitMs.p95.toFixed(0)],
    ['wait p99, ms', (f) => f.waitMs.p99.toFixed(0)],
    ['cold starts', (f) => `${f.coldStarts}`],
    ['most ready pods', (f) => `${f.peakReadyPods}`],
    ['pod-seconds', (f) => f.podSeconds.toFixed(0)],
    ['cost', (f) => f.cost.toFixed(4)],
  ];
  console.log(`\n${''.padEnd(24)}${'own'.padStart(12)}${replay ? 'changed'.padStart(12) : ''}`);
  for (const [name, text] of rows)
    console.log(
      `${name.padEnd(24)}${text(own.figures).padStart(12)}${replay ? text(replay.figures).padStart(12) : ''}`,
    );
  if (replay) console.log(`\n${replay.yaml}`);
}

function runSweep(
  { demand, base, options }: Pick<RecordedDemand, 'demand' | 'base' | 'options'>,
  settings: WhatIfSettings,
  texts: readonly string[],
): object[] {
  const parsed = sweepGridSchema.safeParse(
    texts.map((text) => {
      const [key, value] = pair(text, 'sweep');
      return named(`--sweep ${text}`, () => parseSweepAxis(key, value));
    }),
  );
  if (!parsed.success) throw new UserError(`--sweep ${english(messageOfIssue(parsed.error.issues[0]))}.`);
  const grid = parsed.data;
  const points = [...sweep({ demand, base, options, settings, grid })];
  const counted = points.flatMap((point) => ('figures' in point ? [point] : []));
  console.log(
    `${sweepSize(grid)} configurations, ${points.length - counted.length} refused by Knative. The best for their pod-seconds:\n\npod-seconds  under capacity, s  p99 wait, ms  settings`,
  );
  for (const { figures, settings: chosen } of paretoFront(counted, 'podSeconds', 'underCapacitySeconds')) {
    console.log(
      `${figures.podSeconds.toFixed(0).padStart(11)}  ${`${figures.underCapacitySeconds}`.padStart(17)}  ${figures.waitMs.p99.toFixed(0).padStart(12)}  ${Object.entries(
        chosen,
      )
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')}`,
    );
  }
  return points.map(pointWithWords);
}
