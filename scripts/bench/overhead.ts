/**
 * `npm run bench -- overhead`: a bare `k6 run` and the same script through the dashboard's API, in turns, against one
 * target. Requests/s are k6's own of its end-of-test summary; CPU seconds are the kernel's.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { k6Environment } from '@/lib/loadgen/k6-environment';
import { readSummary } from '@/lib/loadgen/summary';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { endedStates, type RunSummary } from '@/lib/model/run';
import { type ApiClient } from '@/lib/api/client';
import { Processes } from '@/scripts/processes';
import { startBenchDashboard } from './bench-dashboard';
import { cpuOfEndedChildren, cpuOfTree } from './cpu';
import { startTarget, type Target } from './target';

interface Measured {
  requestsPerSecond: number;
  cpuSeconds: number;
  /** Of it, what is not k6 and its guard. */
  dashboardSeconds: number;
}

type Way = 'bare' | 'tuned' | 'dashboard';

const orders: Way[][] = [
  ['bare', 'dashboard', 'tuned'],
  ['tuned', 'bare', 'dashboard'],
  ['dashboard', 'tuned', 'bare'],
];

const usualRequests = { short: 60_000, long: 400_000 };
/** As often as `scaletrace run` asks how a run goes. */
const pollMs = 1000;

const optionsSchema = z.object({
  pairs: z.coerce.number().int().min(1).max(50).default(12),
  requests: z.coerce.number().int().min(1000).max(2_000_000).optional(),
  vus: z.coerce.number().int().min(1).max(1000).default(50),
});

/**
 * Runs of two seconds, in which what is spent once counts most, and of a quarter of a minute, as real runs rather are (in a
 * third of the rounds). Options: `--pairs N` (12), `--requests N` of each run, instead of the two, `--vus N` (50).
 */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { pairs: { type: 'string' }, requests: { type: 'string' }, vus: { type: 'string' } },
  });
  const options = optionsSchema.parse(values);
  const k6 = await findK6({ stateDir: stateDirectory() });
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-bench-'));
  const processes = new Processes();
  let target: Target | null = null;
  try {
    target = await startTarget(folder);
    const { url: targetUrl, name } = target;
    const { pid: dashboard, api } = await startBenchDashboard(processes, folder, k6.path);
    const { service } = await api('POST /api/services', {
      body: {
        name: 'bench',
        gatewayUrl: targetUrl,
        host: 'bench.default.example.com',
      },
    });
    const script = join(projectRoot(), 'loadtests', 'tutorial.ts');
    const { GOGC = '', GOMEMLIMIT = '' } = k6Environment({});
    const waysOf = (requests: number): Record<Way, () => Promise<Measured>> => {
      const env = { REQUESTS: `${requests}`, VUS: `${options.vus}` };
      const bareEnv = { ...env, TARGET_URL: targetUrl, HOST: service.host };
      return {
        bare: () => runBare(k6.path, script, bareEnv, folder),
        tuned: () => runBare(k6.path, script, { ...bareEnv, GOGC, GOMEMLIMIT }, folder),
        dashboard: () => runRecorded(api, dashboard, service.id, env),
      };
    };

    console.log(`k6 ${k6.version}, ${name}, ${availableParallelism()} cores; ${options.vus} in flight`);
    console.log(
      'bare: k6 run; tuned: k6 run with the garbage collection that the dashboard gives its k6; dashboard: the same script by its API',
    );
    const warmUp = waysOf(usualRequests.short);
    for (const way of orders[0]!) await warmUp[way]();
    const sizes =
      options.requests === undefined
        ? [
            { requests: usualRequests.short, pairs: options.pairs },
            { requests: usualRequests.long, pairs: Math.ceil(options.pairs / 3) },
          ]
        : [{ requests: options.requests, pairs: options.pairs }];
    for (const { requests, pairs } of sizes) await compare(waysOf(requests), requests, pairs);
  } finally {
    await processes.stopAll();
    target?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(
  ways: Record<Way, () => Promise<Measured>>,
  requests: number,
  pairs: number,
): Promise<void> {
  console.log(`\n${pairs} rounds of ${requests.toLocaleString('en')} requests each way\n`);
  const rounds: Record<Way, Measured>[] = [];
  console.log(
    '| round | bare requests/s | tuned | dashboard | bare CPU s | tuned | k6 and dashboard | of it dashboard |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
  );
  for (let i = 0; i < pairs; i++) {
    const round: Partial<Record<Way, Measured>> = {};
    // In turns, so that a drift of the machine hits each way alike.
    for (const way of orders[i % orders.length]!) round[way] = await ways[way]();
    const { bare, tuned, dashboard: recorded } = round as Record<Way, Measured>;
    rounds.push({ bare, tuned, dashboard: recorded });
    console.log(
      `| ${i + 1} | ${[bare, tuned, recorded].map((way) => way.requestsPerSecond.toFixed(0)).join(' | ')} | ${[bare.cpuSeconds, tuned.cpuSeconds, recorded.cpuSeconds, recorded.dashboardSeconds].map((s) => s.toFixed(2)).join(' | ')} |`,
    );
  }
  console.log(
    '\n| through the dashboard | all rounds together | median round | least | most |\n| --- | --- | --- | --- | --- |',
  );
  for (const against of ['bare', 'tuned'] as const) {
    printRow(
      `requests/s ÷ ${against}`,
      rounds.map((r) => [1 / r[against].requestsPerSecond, 1 / r.dashboard.requestsPerSecond]),
    );
    printRow(
      `CPU seconds ÷ ${against}`,
      rounds.map((r) => [r.dashboard.cpuSeconds, r[against].cpuSeconds]),
    );
  }
  printRow(
    'the dashboard’s own CPU ÷ bare',
    rounds.map((r) => [r.dashboard.dashboardSeconds, r.bare.cpuSeconds]),
  );
}

async function runBare(
  k6Path: string,
  script: string,
  env: Record<string, string>,
  folder: string,
): Promise<Measured> {
  const summaryPath = join(folder, 'bare.json');
  const before = cpuOfEndedChildren();
  await new Promise<void>((resolve, reject) => {
    const child = spawn(
      k6Path,
      ['run', '--quiet', '--no-usage-report', '--address=', `--summary-export=${summaryPath}`, script],
      // A session of its own, as the dashboard's k6 has: the scheduler shares the processors among sessions first
      // (autogroups, sched(7)), so that one which shares the target's would be another load.
      { env: env as NodeJS.ProcessEnv, stdio: 'ignore', detached: true },
    );
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the bare k6 ended with code ${code}`)),
    );
  });
  return {
    requestsPerSecond: rateOf(await readSummary(summaryPath)),
    cpuSeconds: cpuOfEndedChildren() - before,
    dashboardSeconds: 0,
  };
}

async function runRecorded(
  api: ApiClient,
  dashboard: number,
  serviceId: string,
  env: Record<string, string>,
): Promise<Measured> {
  const before = cpuOfTree(dashboard);
  let { run } = await api('POST /api/runs', { body: { serviceId, scriptName: 'tutorial', env } });
  while (!endedStates.includes(run.state)) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    ({ run } = await api('GET /api/runs/{id}', { params: { id: run.id } }));
  }
  if (run.state !== 'finished') throw new Error(`run ${run.id} is ${run.state}: ${run.stateReason}`);
  const after = cpuOfTree(dashboard);
  const own = after.own - before.own;
  return {
    requestsPerSecond: rateOf(run.summary),
    cpuSeconds: own + after.ended - before.ended,
    dashboardSeconds: own,
  };
}

function rateOf(summary: RunSummary | null): number {
  const rate = summary?.metrics.find((m) => m.metric === 'http_reqs')?.values.rate;
  if (rate === undefined) throw new Error('k6 wrote no end-of-test summary');
  return rate;
}

/** Each pair is one round's two figures: their ratio by round, and of their sums. */
function printRow(what: string, pairs: [number, number][]): void {
  const sorted = pairs.map(([over, under]) => over / under).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  const sum = (which: 0 | 1): number => pairs.reduce((total, pair) => total + pair[which], 0);
  console.log(
    `| ${what} | ${[sum(0) / sum(1), at(0.5), at(0), at(1)].map((ratio) => ratio.toFixed(3)).join(' | ')} |`,
  );
}
