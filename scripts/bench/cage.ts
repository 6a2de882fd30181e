/**
 * `npm run bench -- cage`: a script's check and runs in each cage that holds on this machine, and in none, in turns
 * against one target. A run's requests/s are k6's own; CPU seconds are the kernel's, of k6 and its guard.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { stateDirectory } from '@/lib/environment/paths';
import { findCage } from '@/lib/loadgen/cage/find-cage';
import { inspectScript } from '@/lib/loadgen/inspect';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { startK6 } from '@/lib/loadgen/k6-process';
import { cpuOfEndedChildren } from './cpu';
import { median } from './k6-load';
import { startTarget } from './target';

/** A check is short: one alone says little. */
const checksARound = 5;

const ways = ['none', 'landlock-other-user', 'landlock', 'bubblewrap'] as const;
type Way = (typeof ways)[number];

const loads = {
  'connections kept': 'false',
  'a connection for each request': 'true',
};

const optionsSchema = z.object({
  rounds: z.coerce.number().int().min(1).max(50).default(8),
  requests: z.coerce.number().int().min(100).max(2_000_000).default(30_000),
});

const script = (noReuse: string, requests: number): string => `
  import http from 'k6/http';
  export const options = { discardResponseBodies: true, noConnectionReuse: ${noReuse},
    scenarios: { load: { executor: 'shared-iterations', vus: 50, iterations: ${requests}, maxDuration: '5m' } } };
  export default function () { http.get(__ENV.TARGET_URL); }
`;

/** Options: `--rounds N` (8), `--requests N` of each run (30000; a tenth where each has its own connection). */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string' }, requests: { type: 'string' } },
  });
  const { rounds, requests } = optionsSchema.parse(values);
  const { path: k6Path, version } = await findK6({ stateDir: stateDirectory() });
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-bench-'));
  const target = await startTarget(folder);
  const ingest = createServer((request, response) =>
    request.resume().on('end', () => response.writeHead(204).end()),
  );
  await new Promise<void>((resolve) => ingest.listen(0, '127.0.0.1', resolve));
  const holding: Way[] = [];
  for (const way of ways) {
    process.env.SCALETRACE_CAGE = way;
    const { kind, reasons } = await findCage(k6Path);
    if (way === 'none' || kind === way) holding.push(way);
    else console.log(`not measured: ${reasons.map(({ reason }) => reason).join('; ')}`);
  }

  const run = async (noReuse: string, count: number): Promise<Figures> => {
    const before = cpuOfEndedChildren();
    const k6 = await startK6({
      k6Path,
      scriptName: 'bench',
      scriptText: script(noReuse, count),
      target: { gatewayUrl: target.url, host: '' },
      env: { TARGET_URL: target.url },
      ingestUrl: `http://127.0.0.1:${(ingest.address() as AddressInfo).port}/`,
      ingestSecret: 'secret',
      uncagedAllowed: true,
      workDir: mkdtempSync(join(folder, 'run-')),
      onLog: () => {},
    });
    const { summary, outcome } = await k6.exited;
    const rate = summary?.metrics.find(({ metric }) => metric === 'http_reqs')?.values.rate;
    if (outcome !== 'finished' || rate === undefined) throw new Error(`the run is ${outcome}`);
    return { rate, cpuSeconds: cpuOfEndedChildren() - before };
  };
  const check = async (): Promise<Figures> => {
    const startMs = performance.now();
    const before = cpuOfEndedChildren();
    await inspectScript({
      k6Path,
      scriptName: 'bench',
      scriptText: script('false', 50),
      env: {},
      uncagedAllowed: true,
    });
    return { rate: 1000 / (performance.now() - startMs), cpuSeconds: cpuOfEndedChildren() - before };
  };
  const figures: Record<string, Record<Way, Figures[]>> = {};
  const measure = async (what: string, way: Way, once: () => Promise<Figures>): Promise<void> => {
    process.env.SCALETRACE_CAGE = way;
    const of = (figures[what] ??= { none: [], 'landlock-other-user': [], landlock: [], bubblewrap: [] });
    of[way].push(await once());
  };

  try {
    console.log(
      `k6 ${version}, ${target.name}, ${availableParallelism()} cores; ${rounds} rounds, in turns, of ${requests} requests each way, 50 in flight\n`,
    );
    for (let round = 0; round < rounds; round++) {
      const order = holding.map((_, i) => holding[(i + round) % holding.length]!);
      for (const way of order) {
        for (let i = 0; i < checksARound; i++) await measure('check', way, check);
        for (const [load, noReuse] of Object.entries(loads))
          await measure(`run, ${load}`, way, () =>
            run(noReuse, noReuse === 'true' ? requests / 10 : requests),
          );
      }
    }
    console.log(
      '| what | cage | rate ÷ none, median | all rounds | CPU seconds ÷ none | median (ms a check, requests/s) |',
    );
    console.log('| --- | --- | --: | --: | --: | --: |');
    for (const [what, of] of Object.entries(figures)) for (const way of holding) printRow(what, way, of);
  } finally {
    target.stop();
    ingest.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Figures {
  /** Checks or requests a second. */
  rate: number;
  cpuSeconds: number;
}

function printRow(what: string, way: Way, of: Record<Way, Figures[]>): void {
  const sum = (figures: Figures[], value: (one: Figures) => number): number =>
    figures.reduce((total, one) => total + value(one), 0);
  const rate = median(of[way].map((one) => one.rate));
  const ratios = [
    median(of[way].map((one, i) => one.rate / of.none[i]!.rate)),
    sum(of.none, (one) => 1 / one.rate) / sum(of[way], (one) => 1 / one.rate),
    sum(of[way], (one) => one.cpuSeconds) / sum(of.none, (one) => one.cpuSeconds),
  ].map((ratio) => ratio.toFixed(3));
  const shown = what === 'check' ? (1000 / rate).toFixed(0) : rate.toFixed(0);
  console.log(`| ${[what, way, ...ratios, shown].join(' | ')} |`);
}
