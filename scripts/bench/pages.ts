/**
 * `npm run bench -- pages`: the dashboard's pages over a large history: 10,000 runs, and one of an hour with 10 million
 * requests, made by the recorder and the ingest route themselves, in SQLite, PostgreSQL, or both side by side. Then the live
 * page while a run goes on in the lab.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { chromium, type BrowserServer, type Page } from '@playwright/test';
import { z } from 'zod';
import { chromiumOptions } from '@/e2e/chromium';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { stateDirectory } from '@/lib/environment/paths';
import { UserError } from '@/lib/environment/user-error';
import { apiOf } from '@/scripts/api';
import { startPostgres, type PostgresServer } from '@/scripts/postgres/server.mjs';
import { Processes } from '@/scripts/processes';
import { cpuOfTree } from './cpu';
import { fetchBytes, repeats, timesToCharts, viewport } from './drawing';
import { freePort } from './free-port';
import { median } from './k6-load';

const databases = ['sqlite', 'postgres'] as const;
type Database = (typeof databases)[number];

const optionsSchema = z.object({
  database: z.enum([...databases, 'both']).default('sqlite'),
  runs: z.coerce.number().int().min(1).max(100_000).default(10_000),
  minutes: z.coerce.number().min(1).max(600).default(60),
  requests: z.coerce.number().int().min(1000).default(10_000_000),
  'live-seconds': z.coerce.number().int().min(0).max(120).default(20),
  keep: z.string().optional(),
});
type Options = z.infer<typeof optionsSchema>;

/** A dashboard with its history. */
interface Side {
  database: Database;
  folder: string;
  url: string;
  /** The long run. */
  longId: string;
}

/**
 * Options: `--database sqlite|postgres|both` (sqlite; both: each asked in turn), `--runs N` (10000), `--minutes N` (60),
 * `--requests N` (10000000), `--live-seconds N` (20; 0: no live run), `--keep DIR` (use the SQLite database in DIR, made if
 * absent).
 */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      database: { type: 'string' },
      runs: { type: 'string' },
      minutes: { type: 'string' },
      requests: { type: 'string' },
      'live-seconds': { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const options = optionsSchema.parse(values);
  if (options.keep !== undefined && options.database !== 'sqlite')
    throw new UserError('--keep is for SQLite alone: leave it out, or leave out --database.');
  const k6 = await findK6({ stateDir: stateDirectory() });
  const scratch = mkdtempSync(join(tmpdir(), 'scaletrace-pages-'));
  process.env.SCALETRACE_DIR = scratch;
  const processes = new Processes();
  let postgres: PostgresServer | null = null;
  let server: BrowserServer | null = null;
  try {
    if (options.database !== 'sqlite') postgres = await startPostgres();
    const lab =
      options['live-seconds'] > 0
        ? await processes.startLab({
            gateway: await freePort(),
            api: await freePort(),
            metrics: await freePort(),
          })
        : null;
    const env = { K6_BIN: k6.path, KUBECONFIG: lab?.kubeconfig ?? join(scratch, 'no-kubeconfig') };
    const sides: Side[] = [];
    for (const database of options.database === 'both' ? databases : [options.database]) {
      const folder = (database === 'sqlite' && options.keep) || join(scratch, database);
      mkdirSync(folder, { recursive: true });
      const at = {
        SCALETRACE_DIR: folder,
        DATABASE_URL: (database === 'postgres' && postgres?.url()) || `file:${join(folder, 'scaletrace.db')}`,
      };
      await fill(database, at, options);
      const url = await processes.startDashboard({
        mode: 'start',
        host: '127.0.0.1',
        port: await freePort(),
        env: { ...env, ...at },
      });
      const { runs } = await apiOf(url)('GET /api/runs', { query: { q: 'soak', order: 'desc' } });
      const { id: longId } = runs.find(({ name }) => name === 'soak on shop')!;
      sides.push({ database, folder, url, longId });
    }
    await measureAnswers(sides);
    await measureDrawing(sides);
    server = await chromium.launchServer(chromiumOptions);
    const browser = await chromium.connect(server.wsEndpoint());
    if (lab)
      for (const side of sides)
        await measureLive(side, server, options['live-seconds'], await browser.newPage({ viewport }));
  } finally {
    await server?.close();
    await processes.stopAll();
    await postgres?.end();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Makes the history, unless the folder has one. */
async function fill(
  database: Database,
  env: Record<'SCALETRACE_DIR' | 'DATABASE_URL', string>,
  { runs, minutes, requests }: Options,
): Promise<void> {
  const kept = database === 'sqlite' && existsSync(join(env.SCALETRACE_DIR, 'scaletrace.db'));
  const beganMs = performance.now();
  // The ingest route makes its process the one dashboard of the folder, so it is one that ends here.
  const make = ['--import', 'tsx', join(import.meta.dirname, 'make-history.ts')];
  process.env.SCALETRACE_DIR = env.SCALETRACE_DIR;
  process.env.DATABASE_URL = env.DATABASE_URL;
  if (!kept)
    await promisify(execFile)(process.execPath, [...make, ...[runs, minutes * 60, requests].map(String)]);
  console.log(
    `${database}: ${runs} runs and one of ${minutes} minutes with ${requests.toLocaleString('en')} requests${kept ? ', kept' : `, made in ${((performance.now() - beganMs) / 1000).toFixed(0)} s`}\n`,
  );
}

/** Each answer of all sides in turn. */
async function measureAnswers(sides: readonly Side[]): Promise<void> {
  console.log(
    '| what | database | server time, first (ms) | median (ms) | bytes sent | uncompressed |\n| --- | --- | ---: | ---: | ---: | ---: |',
  );
  const range = 'fromMs=1200000&toMs=1500000';
  const asked: [what: string, path: (longId: string) => string][] = [
    ['runs list, page', () => '/'],
    ['runs list, API', () => '/api/runs'],
    ['runs list, searched', () => '/api/runs?q=spike'],
    ['run, page', (id) => `/runs/${id}`],
    ['run, data', (id) => `/api/runs/${id}/overview`],
    ['run, five minutes of it', (id) => `/api/runs/${id}/overview?${range}`],
  ];
  for (const [what, path] of asked) {
    const sent = sides.map((): { ms: number; bytes: number }[] => []);
    for (let i = 0; i < repeats; i++)
      for (const [n, { url, longId }] of sides.entries())
        sent[n]!.push(await fetchBytes(`${url}${path(longId)}`, true));
    for (const [n, { url, longId, database }] of sides.entries()) {
      const plain = await fetchBytes(`${url}${path(longId)}`, false);
      const [first, ...later] = sent[n]!;
      console.log(
        `| ${what} | ${database} | ${first!.ms.toFixed(0)} | ${median(later.map(({ ms }) => ms)).toFixed(0)} | ${kilobytes(first!.bytes)} | ${kilobytes(plain.bytes)} |`,
      );
    }
  }
}

async function measureDrawing(sides: readonly Side[]): Promise<void> {
  console.log(
    `\n| run page in Chromium, ${viewport.width} px, charts drawn | first visit (ms) | median of later ones (ms) | least | most | files of scripts | bytes sent | uncompressed |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`,
  );
  for (const { database, folder, url, longId } of sides) {
    const { first, later, scripts } = await timesToCharts(`${url}/runs/${longId}`, join(folder, 'chromium'));
    console.log(
      `| ${database} | ${first.toFixed(0)} | ${median(later).toFixed(0)} | ${Math.min(...later).toFixed(0)} | ${Math.max(...later).toFixed(0)} | ${scripts.files} | ${kilobytes(scripts.sent)} | ${kilobytes(scripts.raw)} |`,
    );
  }
}

/** A run in the lab, and what Chromium's processes take to show it. */
async function measureLive(
  { url, database }: Side,
  server: BrowserServer,
  seconds: number,
  page: Page,
): Promise<void> {
  const yaml = readFileSync('deploy/helloworld-go.yaml', 'utf8');
  const api = apiOf(url);
  const { service } = await api('POST /api/services/apply', { body: { yaml } });
  const scriptText = `import http from 'k6/http';
export const options = { scenarios: { steady: { executor: 'constant-arrival-rate', rate: 150, duration: '${seconds + 30}s', preAllocatedVUs: 40 } } };
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });`;
  const { run } = await api('POST /api/runs', {
    body: {
      serviceId: service.id,
      scriptName: 'steady',
      scriptText,
    },
  });
  await page.goto(`${url}/runs/${run.id}`);
  await page.locator('[data-chart] canvas').nth(3).waitFor();
  await page.waitForTimeout(8000);
  const pid = server.process().pid!;
  const before = cpuOfTree(pid).own;
  await page.waitForTimeout(seconds * 1000);
  const share = (cpuOfTree(pid).own - before) / seconds;
  console.log(
    `\n| live page, ${viewport.width} px, ${seconds} s, ${database} | share of one core |\n| --- | ---: |\n| Chromium, all its processes | ${(share * 100).toFixed(1)} % |`,
  );
  // The next side loads the same service in the same lab.
  await api('POST /api/runs/{id}/stop', { params: { id: run.id }, body: { mode: 'kill' } });
  await page.close();
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
