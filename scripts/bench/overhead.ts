import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { listShippedScripts } from '@/lib/loadgen/scripts';
import { projectRoot } from '@/lib/store/paths';
import { endedStates, runSchema, serviceSchema } from '@/lib/timeline/run';
import { call } from '../demo/api';
import { Processes } from '../demo/processes';
import { median } from './k6-load';
import { findK6 } from '@/lib/loadgen/k6-binary';

const ports = { dashboard: 4480, gateway: 4481, api: 4482, metrics: 4483 };
const pauseMs = 500;

interface Sample {
  perSecond: number;
  /** CPU seconds of the dashboard's own process meanwhile. */
  dashboardCpuS: number;
}

/** What the dashboard adds to a bare `k6 run` of the same script: both in turn, at least 5 pairs. */
export async function runBench(args: string[]): Promise<void> {
  const pairs = Math.max(5, Number(args[0] ?? 5));
  const requests = Number(args[1] ?? 20_000);
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-overhead-'));
  process.env.SCALETRACE_DIR = folder;
  const processes = new Processes();
  try {
    const lab = await processes.startLab(ports);
    const url = await processes.startDashboard({ mode: 'start', host: '127.0.0.1', port: ports.dashboard, env: { KUBECONFIG: lab.kubeconfig } });
    const yaml = readFileSync(join(projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8').replace("max-scale: '20'", "max-scale: '20'\n        autoscaling.knative.dev/min-scale: '10'");
    const { service } = await call(`${url}/api/services/apply`, z.object({ service: serviceSchema }), { yaml });
    const body = (await listShippedScripts()).find((s) => s.name === 'tutorial')!.body;
    const pid = dashboardPid(ports.dashboard);
    const bare: Sample[] = [];
    const recorded: Sample[] = [];
    for (let pair = 0; pair <= pairs; pair++) {
      const a = await measured(pid, () => bareRun(folder, body, service.gatewayUrl, service.host, requests));
      const b = await measured(pid, () => recordedRun(url, service.id, requests));
      // The first pair warms up.
      if (pair > 0) {
        bare.push(a);
        recorded.push(b);
      }
    }
    console.log(`${pairs} pairs of ${requests} requests, 50 in flight, interleaved\n`);
    console.log('| | median | min | max |\n| --- | --- | --- | --- |');
    const row = (name: string, values: number[], digits: number): void => console.log(`| ${name} | ${median(values).toFixed(digits)} | ${Math.min(...values).toFixed(digits)} | ${Math.max(...values).toFixed(digits)} |`);
    row('requests/s recorded ÷ bare', recorded.map((r, i) => r.perSecond / bare[i]!.perSecond), 4);
    row('CPU seconds of the dashboard during a recorded run', recorded.map((r) => r.dashboardCpuS), 2);
    row('CPU seconds of the dashboard during a bare run', bare.map((r) => r.dashboardCpuS), 2);
  } finally {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(pid: number, run: () => Promise<number>): Promise<Sample> {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  const before = cpuSeconds(pid);
  const perSecond = await run();
  return { perSecond, dashboardCpuS: cpuSeconds(pid) - before };
}

async function bareRun(folder: string, body: string, target: string, host: string, requests: number): Promise<number> {
  const { path } = await findK6({ stateDir: folder });
  writeFileSync(join(folder, 'bare.ts'), body);
  await new Promise<void>((resolve, reject) => {
    const child = spawn(path, ['run', '--quiet', '--no-usage-report', '--address', '', '--summary-export', 'bare.json', '-e', `TARGET_URL=${target}`, '-e', `HOST=${host}`, '-e', `REQUESTS=${requests}`, 'bare.ts'], { cwd: folder, stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`k6 ended with code ${code}`))));
  });
  return z.looseObject({ metrics: z.looseObject({ http_reqs: z.looseObject({ rate: z.number() }) }) }).parse(JSON.parse(readFileSync(join(folder, 'bare.json'), 'utf8'))).metrics.http_reqs.rate;
}

async function recordedRun(url: string, serviceId: string, requests: number): Promise<number> {
  const answer = z.object({ run: runSchema });
  let { run } = await call(`${url}/api/runs`, answer, { serviceId, scriptName: 'tutorial', env: { REQUESTS: `${requests}` } });
  while (!endedStates.includes(run.state)) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    ({ run } = await call(`${url}/api/runs/${run.id}`, answer));
  }
  if (run.state !== 'finished' || run.figures.requestsPerSecond === null) throw new Error(`the run is ${run.state}: ${run.stateReason}`);
  return run.figures.requestsPerSecond;
}

function dashboardPid(port: number): number {
  const line = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n').find((text) => text.includes('next') && text.includes(`${port}`));
  return Number(line?.trim().split(/\s+/)[0]);
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
