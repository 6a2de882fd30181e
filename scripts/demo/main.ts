/** `npm run demo`: the tutorial's load against the tutorial's Knative Service in the lab, through the dashboard's API. */
import { writeFileSync } from 'node:fs';
import { type RunResult } from '@/lib/runs/result';
import { endedStates, type Run } from '@/lib/model/run';
import { command } from '@/lib/environment/arguments';
import { variable } from '@/lib/environment/environment';
import { UserError } from '@/lib/environment/user-error';
import { type ComparedFigure, type FigureKey } from '@/lib/comparing/comparison';
import { unitOf } from '@/lib/model/protocol';
import { wordsOf } from '@/lib/words/catalogue';
import { comparedFigureText } from '@/lib/words/compared-figure-text';
import { protocolTexts } from '@/lib/words/protocol-text';
import { type ApiClient } from '@/lib/api/client';
import { breaksBuild } from '@/lib/verdict/judge';
import { apiOf } from '@/scripts/api';
import { overTls } from '@/scripts/over-tls';
import { Processes, runProgram } from '@/scripts/processes';
import { demoOptionsSchema, type DemoOptions } from './options';
import { Progress } from './progress';
import { scenariosOf, type Scenario } from './scenarios';

const processes = new Processes();
/** What Ctrl-C ends with: the run's outcome once there is one. */
let interruptedCode = 130;

async function demo(options: DemoOptions): Promise<number> {
  console.log('· starting the lab and the dashboard …');
  const lab = await processes.startLab({
    gateway: options.gatewayPort ?? variable('SCALETRACE_GATEWAY_PORT'),
    gatewayTls: options.gatewayTlsPort ?? variable('SCALETRACE_GATEWAY_TLS_PORT'),
    api: options.apiPort ?? variable('SCALETRACE_API_PORT'),
    metrics: options.metricsPort ?? variable('SCALETRACE_METRICS_PORT'),
  });
  const url = await processes.startDashboard({
    mode: 'start',
    host: '127.0.0.1',
    port: options.port ?? variable('SCALETRACE_PORT'),
    env: { KUBECONFIG: lab.kubeconfig },
  });
  console.log(
    `  dashboard   ${url}\n  gateway     ${lab.gatewayUrl}\n              ${lab.gatewayTlsUrl} (curl --cacert ${lab.caFile})\n  kubectl     KUBECONFIG=${lab.kubeconfig}\n`,
  );

  const api = apiOf(url);
  const results: RunResult[] = [];
  for (const scenario of scenariosOf(options))
    results.push(await runScenario(api, url, scenario, lab, options.runners));
  const [first] = results;
  if (!first) return 1;
  const comparison = results.length > 1 ? await comparisonOf(api, url, results) : null;
  if (options.json)
    writeFileSync(
      options.json,
      `${JSON.stringify({ ...first, ...(comparison ? { comparison: { ...comparison, results } } : {}) }, null, 2)}\n`,
    );
  const good = results.every(({ verdict }) => verdict !== null && !breaksBuild(verdict));
  if (options.once) return good ? 0 : 1;
  interruptedCode = good ? 0 : 1;
  console.log('\nThe dashboard and the lab stay up; Ctrl-C ends them.');
  throw new UserError(await processes.firstUnexpectedExit());
}

/** Applies one scenario's service, loads it, and tells how it went. */
async function runScenario(
  api: ApiClient,
  url: string,
  scenario: Scenario,
  lab: Parameters<typeof overTls>[2],
  runners: number,
): Promise<RunResult> {
  let { service } = await api('POST /api/services/apply', { body: { yaml: scenario.yaml } });
  if (scenario.isTls) ({ service } = await overTls(api, service, lab));
  const { run } = await api('POST /api/runs', {
    body: {
      serviceId: service.id,
      scriptName: scenario.scriptName,
      name: scenario.name,
      env: scenario.env,
      tags: ['demo'],
      // The lab has k6-operator: what shows is a distributed run, as a cluster has it.
      ...(runners > 1 ? { operator: { runners } } : {}),
    },
  });
  console.log(
    `· run ${run.id}: ${scenario.name}, against ${service.host}\n  watch it live: ${url}/runs/${run.id}\n`,
  );
  await follow(api, run.id, scenario.requests);
  const result = await api('GET /api/runs/{id}/result', { params: { id: run.id } });
  printResult(result);
  return result;
}

/** The figures of several runs beside each other, printed, and where their comparison is. */
async function comparisonOf(
  api: ApiClient,
  url: string,
  results: readonly RunResult[],
): Promise<{ url: string; figures: ComparedFigure[] }> {
  const runs = results.map(({ runId }) => runId).join(',');
  const comparison = await api('GET /api/compare', { query: { runs, base: results[0]!.runId } });
  const t = wordsOf('en');
  const shown = comparison.figures.filter(({ key }) => modelFigures.some((one) => one === key));
  const rows = [
    ['', ...comparison.runs.map(({ name }) => name)],
    ...shown.map(({ key, unit, values }) => [
      t(`compare.figures.${key}`, { unit: 'http' }),
      ...values.map((value) => comparedFigureText(unit, value, 'en', t)),
    ]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  console.log('\n── compared');
  for (const row of rows)
    console.log(
      `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`,
    );
  const address = `${url}/compare?runs=${runs}&base=${results[0]!.runId}`;
  console.log(`\n  compare     ${address}`);
  return { url: address, figures: shown };
}

const modelFigures = [
  'failures',
  'firstByteP50',
  'firstByteP95',
  'firstTokenP50',
  'firstTokenP95',
  'perTokenP50',
  'perTokenP95',
  'tokensPerSecond',
  'tokensPerPodSecond',
  'podSeconds',
  'peakReadyPods',
] as const satisfies readonly FigureKey[];

/** `requests`: how many it will make; null: as long as it lasts. */
async function follow(api: ApiClient, id: string, expected: number | null): Promise<Run> {
  const progress = new Progress(expected);
  for (;;) {
    const { run } = await api('GET /api/runs/{id}', { params: { id } });
    if (endedStates.includes(run.state)) {
      progress.end();
      return run;
    }
    const { requests, failures, peakReadyPods } = run.figures;
    const unit = wordsOf('en')('columns.units', { unit: unitOf(run.protocols) });
    progress.show(
      requests ?? 0,
      `${requests ?? 0} ${unit}, ${failures ?? 0} failed, peak ${peakReadyPods ?? 0} ready pods (${run.state})`,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function printResult(result: RunResult): void {
  const ms = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)} ms`);
  console.log(`── ${result.state}${result.stateReason ? `: ${result.stateReason}` : ''}`);
  console.log(
    `  ${wordsOf('en')('columns.units', { unit: unitOf(result.protocols) }).padEnd(11)} ${result.requests ?? 0}, ${result.failures ?? 0} failed, ${(result.requestsPerSecond ?? 0).toFixed(1)} /s`,
  );
  console.log(
    `  latency     p50 ${ms(result.p50Ms)}  p90 ${ms(result.p90Ms)}  p95 ${ms(result.p95Ms)}  p99 ${ms(result.p99Ms)}`,
  );
  if (result.protocolFigures)
    for (const { label, value, detail } of protocolTexts(result.protocolFigures, wordsOf('en'), 'en'))
      console.log(`  ${label.padEnd(24)} ${value}${detail === undefined ? '' : ` (${detail})`}`);
  console.log(`  pods        peak ${result.peakReadyPods ?? 0} ready`);
  if (result.verdict) console.log(`  verdict     ${result.verdict.said.text}`);
  for (const sentence of result.story) console.log(`  · ${sentence}`);
  for (const threshold of result.thresholds)
    console.log(`  ${threshold.ok ? '✓' : '✗'} ${threshold.metric}: ${threshold.source}`);
  console.log(`\n  ${result.url}`);
}

await runProgram(
  () => processes.stopAll(),
  () =>
    command({ options: demoOptionsSchema, exitCode: 1 }, ({ options }) => demo(options)).start(
      { name: 'npm run demo --', summary: 'the tutorial’s load, in the lab, on a dashboard' },
      process.argv.slice(2),
    ),
  () => {
    console.log('\n· stopping …');
    return interruptedCode;
  },
);
