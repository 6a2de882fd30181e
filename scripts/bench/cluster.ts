/**
 * `npm run bench -- cluster`: what a busy cluster costs. An hour with thousands of pods and Events over two revisions,
 * recorded as any run is, on a clock that does not wait, and its page made and drawn; and what our reading costs a real
 * Envoy of 1,000 clusters and a real API server, where `npm run conformance` has got them.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { environmentWith } from '@/lib/environment/environment';
import { stateDirectory } from '@/lib/environment/paths';
import { Processes } from '@/scripts/processes';
import { startBenchDashboard } from './bench-dashboard';
import { memoryOf } from './cpu';
import { fetchBytes, repeats, timesToCharts } from './drawing';
import { median } from './k6-load';
import { readApiServer, readGateway } from './reading-cost';

const optionsSchema = z.object({
  minutes: z.coerce.number().min(1).max(600).default(60),
  pods: z.coerce.number().int().min(1).max(20_000).default(2000),
  events: z.coerce.number().int().min(1).max(200_000).default(20_000),
  seconds: z.coerce.number().int().min(2).max(60).default(20),
});

/** Options: `--minutes N` (60), `--pods N` (2000), `--events N` (20000), `--seconds N` (20: how long the gateway is read). */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string' },
      pods: { type: 'string' },
      events: { type: 'string' },
      seconds: { type: 'string' },
    },
  });
  const options = optionsSchema.parse(values);
  const k6 = await findK6({ stateDir: stateDirectory() });
  await readGateway(options.seconds);
  await readApiServer(options.seconds * 2, {
    pods: options.pods / (options.minutes * 60),
    events: options.events / (options.minutes * 60),
  });
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-cluster-'));
  try {
    await record(folder, k6.path, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const madeSchema = z.object({
  pods: z.number(),
  events: z.number(),
  before: z.number(),
  most: z.number(),
  cpuSeconds: z.number(),
  seconds: z.number(),
});

async function record(
  folder: string,
  k6: string,
  { minutes, pods, events }: z.infer<typeof optionsSchema>,
): Promise<void> {
  const seconds = Math.round(minutes * 60);
  // The ingest route makes its process the one dashboard of the folder, so it is one that ends here.
  const make = ['--import', 'tsx', join(import.meta.dirname, 'make-busy-run.ts')];
  const state = join(folder, 'state');
  mkdirSync(state);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...make, ...[seconds, pods, events].map(String)],
    { env: environmentWith({ SCALETRACE_DIR: state }) },
  );
  const made = madeSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  const processes = new Processes();
  try {
    const { url, pid, api } = await startBenchDashboard(processes, folder, k6);
    const { runs } = await api('GET /api/runs');
    const id = runs[0]!.id;
    const path = `${url}/api/runs/${id}/overview`;
    const before = memoryOf(pid).now;
    const answers = [];
    for (let n = 0; n <= repeats; n++) answers.push(await fetchBytes(path, true));
    const plain = await fetchBytes(path, false);
    const drawn = await timesToCharts(`${url}/runs/${id}`, join(folder, 'chromium'));
    const megabytes = (value: number): string => (value / 2 ** 20).toFixed(0);
    const rows: [string, string][] = [
      ['pods, Events told', `${made.pods}, ${made.events}`],
      ['recorded in (s)', made.seconds.toFixed(1)],
      ['CPU seconds a recorded second', (made.cpuSeconds / seconds).toFixed(4)],
      [
        'memory while recording: at its start, at most (MB)',
        `${megabytes(made.before)}, ${megabytes(made.most)}`,
      ],
      ['page, made the first time (ms)', answers[0]!.ms.toFixed(0)],
      ['page, median of later (ms)', median(answers.slice(1).map(({ ms }) => ms)).toFixed(0)],
      [
        'page, sent and as JSON (kB)',
        `${(answers[0]!.bytes / 1000).toFixed(0)}, ${(plain.bytes / 1000).toFixed(0)}`,
      ],
      ['drawn in Chromium, first visit (ms)', drawn.first.toFixed(0)],
      ['drawn in Chromium, median of later ones (ms)', median(drawn.later).toFixed(0)],
      [
        'memory of the dashboard: before its page, at most (MB)',
        `${megabytes(before)}, ${megabytes(memoryOf(pid).most)}`,
      ],
    ];
    console.log(`| ${minutes} minutes | |\n| --- | ---: |`);
    for (const [name, value] of rows) console.log(`| ${name} | ${value} |`);
  } finally {
    await processes.stopAll();
  }
}
