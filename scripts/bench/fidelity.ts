/**
 * `npm run bench -- fidelity`: real runs in the lab, then each one's own configuration replayed over its own demand.
 * What is measured is how far the simulated pods are from those that really were.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { demandOfRun } from '@/lib/runs/read';
import { whatIf } from '@/lib/whatif/replay-run';
import { type WhatIfResult } from '@/lib/whatif/shapes';
import { openStore, type Store } from '@/lib/store/client';
import { projectRoot } from '@/lib/environment/paths';
import { endedStates, type Run } from '@/lib/model/run';
import { apiOf } from '@/scripts/api';
import { UserError } from '@/lib/environment/user-error';
import { Processes } from '@/scripts/processes';
import { freePort } from './free-port';

/** The error of ready pods, averaged over a run's seconds, that a replay may have. */
const aim = 0.5;

interface Shape {
  name: string;
  class: 'mpa' | 'kpa' | 'hpa';
  script: string;
  env: Record<string, string>;
  annotations?: Record<string, string>;
}

const shapes: Shape[] = [
  { name: 'tutorial', class: 'mpa', script: 'tutorial', env: { REQUESTS: '12000', VUS: '50' } },
  { name: 'tutorial', class: 'kpa', script: 'tutorial', env: { REQUESTS: '12000', VUS: '50' } },
  { name: 'ramp', class: 'mpa', script: 'ramp', env: { RATE: '300', RAMP: '30s', HOLD: '10s' } },
  {
    name: 'ramp',
    class: 'kpa',
    script: 'ramp',
    env: { RATE: '300', RAMP: '30s', HOLD: '10s' },
    annotations: { window: '20s' },
  },
  {
    name: 'ramp',
    class: 'hpa',
    script: 'ramp',
    env: { RATE: '300', RAMP: '40s', HOLD: '20s' },
    annotations: { metric: 'concurrency', target: '3', window: '40s' },
  },
  {
    name: 'spike',
    class: 'mpa',
    script: 'spike',
    env: { BASE_RATE: '40', SPIKE_RATE: '400', BASE: '15s', SPIKE: '15s', RECOVER: '45s' },
    annotations: { window: '20s' },
  },
  {
    name: 'spike',
    class: 'kpa',
    script: 'spike',
    env: { BASE_RATE: '40', SPIKE_RATE: '400', BASE: '15s', SPIKE: '15s', RECOVER: '60s' },
  },
  {
    name: 'scale from zero',
    class: 'mpa',
    script: 'scale-from-zero',
    env: { BURSTS: '3', VUS: '12', IDLE: '25' },
    annotations: { window: '10s' },
  },
  {
    name: 'scale from zero',
    class: 'kpa',
    script: 'scale-from-zero',
    env: { BURSTS: '2', VUS: '12', IDLE: '45' },
    annotations: { window: '10s' },
  },
];

const usage = `npm run bench -- fidelity [--only WORDS] [--keep DIR] [--again]
  --only WORDS   only the runs whose name has these words
  --keep DIR     keep the runs in this state directory
  --again        make no runs: replay those that are kept in it`;

/** Makes the runs, or takes kept ones, and prints a table with one row each. */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string' }, keep: { type: 'string' }, again: { type: 'boolean' } },
  });
  const chosen = shapes.filter((shape) => labelOf(shape).includes(values.only ?? ''));
  if (chosen.length === 0)
    throw new UserError(
      `--only ${values.only ?? ''} names none of: ${shapes.map(labelOf).join(', ')}\n${usage}`,
    );
  if (values.again && values.keep === undefined) throw new UserError(`--again needs --keep\n${usage}`);
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'scaletrace-fidelity-'));
  process.env.SCALETRACE_DIR = folder;
  const processes = new Processes();
  try {
    let url = '';
    if (!values.again) {
      const lab = await processes.startLab({
        gateway: await freePort(),
        api: await freePort(),
        metrics: await freePort(),
      });
      url = await processes.startDashboard({
        mode: 'start',
        host: '127.0.0.1',
        port: await freePort(),
        env: { KUBECONFIG: lab.kubeconfig },
      });
    }
    const store = await openStore();
    console.log(
      '\n| run | pods at most, seen | replayed | mean absolute error of ready pods | bias | requests waiting, seen on average | mean absolute error | seconds |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    );
    const errors: number[] = [];
    for (const shape of chosen) {
      const id = values.again ? await keptRun(store, labelOf(shape)) : (await runShape(url, shape)).id;
      const recorded = id === null ? null : await demandOfRun(store, id);
      if (!recorded) continue;
      const result = whatIf(recorded, {});
      errors.push(result.fidelity?.readyPodsMeanAbsoluteError ?? Infinity);
      console.log(rowOf(shape, result));
    }
    console.log(
      `\n${errors.filter((error) => error <= aim).length} of ${errors.length} runs within ${aim} pods`,
    );
  } finally {
    await processes.stopAll();
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The latest finished run of a name. */
async function keptRun(store: Store, name: string): Promise<string | null> {
  const run = await store.run.findFirst({
    where: { name, state: 'finished' },
    orderBy: { createdAtMs: 'desc' },
    select: { id: true },
  });
  return run?.id ?? null;
}

function labelOf(shape: Shape): string {
  return `${shape.class} ${shape.name}`;
}

/** Runs one shape against a service of its own to its end. */
async function runShape(url: string, shape: Shape): Promise<Run> {
  const api = apiOf(url);
  const { service } = await api('POST /api/services/apply', { body: { yaml: serviceYaml(shape) } });
  let { run } = await api('POST /api/runs', {
    body: {
      serviceId: service.id,
      scriptName: shape.script,
      env: shape.env,
      name: labelOf(shape),
      tags: ['fidelity'],
    },
  });
  while (!endedStates.includes(run.state)) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    ({ run } = await api('GET /api/runs/{id}', { params: { id: run.id } }));
  }
  if (run.state !== 'finished')
    throw new UserError(`The run "${run.name}" is ${run.state}: ${run.stateReason ?? ''}`);
  return run;
}

/** The tutorial's service with the shape's class and annotations, under a name of its own. */
function serviceYaml(shape: Shape): string {
  const manifest = z
    .looseObject({
      metadata: z.looseObject({ name: z.string() }),
      spec: z.looseObject({
        template: z.looseObject({
          metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }),
        }),
      }),
    })
    .parse(parse(readFileSync(join(projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8')));
  manifest.metadata.name = labelOf(shape).replaceAll(' ', '-');
  const annotations = Object.entries({
    class: `${shape.class}.autoscaling.knative.dev`,
    ...shape.annotations,
  });
  Object.assign(
    manifest.spec.template.metadata.annotations,
    Object.fromEntries(annotations.map(([name, value]) => [`autoscaling.knative.dev/${name}`, value])),
  );
  return stringify(manifest);
}

function rowOf(shape: Shape, { observed, own, fidelity }: WhatIfResult): string {
  const number = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : value.toFixed(2);
  const known = (values: readonly (number | null)[] | undefined): number[] =>
    (values ?? []).filter((value) => value !== null);
  const waiting = known(observed?.waiting);
  const mean = waiting.reduce((sum, value) => sum + value, 0) / waiting.length;
  return `| ${labelOf(shape)} | ${Math.max(...known(observed?.readyPods))} | ${own.figures.peakReadyPods} | ${number(fidelity?.readyPodsMeanAbsoluteError)} | ${number(fidelity?.readyPodsBias)} | ${number(mean)} | ${number(fidelity?.waitingMeanAbsoluteError)} | ${fidelity?.comparedSeconds ?? 0} |`;
}
