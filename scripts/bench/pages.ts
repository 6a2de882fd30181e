/**
 * `npm run bench -- pages`: the dashboard's pages over a large history: 10,000 runs, and one of an hour with 10 million
 * requests, made by the recorder and the ingest route themselves. Then the live page while a run goes on in the lab.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { chromium, type BrowserServer, type Page } from '@playwright/test';
import { z } from 'zod';
import { chromiumOptions } from '@/e2e/chromium';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { getStore } from '@/lib/store/client';
import { stateDirectory } from '@/lib/environment/paths';
import { apiOf } from '@/scripts/api';
import { Processes } from '@/scripts/processes';
import { cpuOfTree } from './cpu';
import { fetchBytes, repeats, timesToCharts, viewport } from './drawing';
import { freePort } from './free-port';
import { median } from './k6-load';

const optionsSchema = z.object({
  runs: z.coerce.number().int().min(1).max(100_000).default(10_000),
  minutes: z.coerce.number().min(1).max(600).default(60),
  requests: z.coerce.number().int().min(1000).default(10_000_000),
  'live-seconds': z.coerce.number().int().min(0).max(120).default(20),
  keep: z.string().optional(),
});

/** Options: `--runs N` (10000), `--minutes N` (60), `--requests N` (10000000), `--live-seconds N` (20; 0: no live run), `--keep DIR` (use the database in DIR, made if absent). */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string' },
      minutes: { type: 'string' },
      requests: { type: 'string' },
      'live-seconds': { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const options = optionsSchema.parse(values);
  const k6 = await findK6({ stateDir: stateDirectory() });
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'scaletrace-pages-'));
  process.env.SCALETRACE_DIR = folder;
  const processes = new Processes();
  let server: BrowserServer | null = null;
  try {
    const kept = existsSync(join(folder, 'scaletrace.db'));
    const beganMs = performance.now();
    if (!kept) {
      // The ingest route makes its process the one dashboard of the folder, so it is one that ends here.
      const make = ['--import', 'tsx', join(import.meta.dirname, 'make-history.ts')];
      await promisify(execFile)(process.execPath, [
        ...make,
        ...[options.runs, options.minutes * 60, options.requests].map(String),
      ]);
    }
    const long = await (
      await getStore()
    ).run.findFirstOrThrow({
      where: { name: 'soak on shop' },
      select: { id: true, requests: true },
    });
    console.log(
      `${options.runs} runs and one of ${options.minutes} minutes with ${long.requests?.toLocaleString('en')} requests${kept ? ', kept' : `, made in ${((performance.now() - beganMs) / 1000).toFixed(0)} s`}\n`,
    );
    const lab =
      options['live-seconds'] > 0
        ? await processes.startLab({
            gateway: await freePort(),
            api: await freePort(),
            metrics: await freePort(),
          })
        : null;
    const url = await processes.startDashboard({
      mode: 'start',
      host: '127.0.0.1',
      port: await freePort(),
      env: { K6_BIN: k6.path, KUBECONFIG: lab?.kubeconfig ?? join(folder, 'no-kubeconfig') },
    });

    console.log(
      '| what | server time, first (ms) | median (ms) | bytes sent | uncompressed |\n| --- | ---: | ---: | ---: | ---: |',
    );
    const range = 'fromMs=1200000&toMs=1500000';
    for (const [what, path] of [
      ['runs list, page', '/'],
      ['runs list, API', '/api/runs'],
      ['run, page', `/runs/${long.id}`],
      ['run, data', `/api/runs/${long.id}/overview`],
      ['run, five minutes of it', `/api/runs/${long.id}/overview?${range}`],
    ] as const) {
      const sent = [];
      for (let i = 0; i < repeats; i++) sent.push(await fetchBytes(`${url}${path}`, true));
      const plain = await fetchBytes(`${url}${path}`, false);
      console.log(
        `| ${what} | ${sent[0]!.ms.toFixed(0)} | ${median(sent.slice(1).map(({ ms }) => ms)).toFixed(0)} | ${kilobytes(sent[0]!.bytes)} | ${kilobytes(plain.bytes)} |`,
      );
    }

    const profile = join(folder, 'chromium');
    const drawn = await timesToCharts(`${url}/runs/${long.id}`, profile);
    console.log(
      `\n| in Chromium, ${viewport.width} px | first visit (ms) | median of later ones (ms) | least | most |\n| --- | ---: | ---: | ---: | ---: |`,
    );
    console.log(
      `| run page, charts drawn | ${drawn.first.toFixed(0)} | ${median(drawn.later).toFixed(0)} | ${Math.min(...drawn.later).toFixed(0)} | ${Math.max(...drawn.later).toFixed(0)} |`,
    );
    const { files, sent, raw } = drawn.scripts;
    console.log(
      `\n| scripts of the first visit | files | bytes sent | uncompressed |\n| --- | ---: | ---: | ---: |\n| run page | ${files} | ${kilobytes(sent)} | ${kilobytes(raw)} |`,
    );
    server = await chromium.launchServer(chromiumOptions);
    const browser = await chromium.connect(server.wsEndpoint());
    if (lab) await measureLive(url, server, options['live-seconds'], await browser.newPage({ viewport }));
  } finally {
    await server?.close();
    await processes.stopAll();
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** A run in the lab, and what Chromium's processes take to show it. */
async function measureLive(url: string, server: BrowserServer, seconds: number, page: Page): Promise<void> {
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
    `\n| live page, ${viewport.width} px, ${seconds} s | share of one core |\n| --- | ---: |\n| Chromium, all its processes | ${(share * 100).toFixed(1)} % |`,
  );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
