/**
 * `npm run bench -- pages`: the dashboard's pages over a large history: 10,000 runs, and one of an hour with 10 million
 * requests, made by the recorder and the ingest route themselves. Then the live page while a run goes on in the lab.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type BrowserServer, type Page } from '@playwright/test';
import { z } from 'zod';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { getStore } from '@/lib/store/client';
import { stateDirectory } from '@/lib/store/paths';
import { insertRun, updateRun } from '@/lib/store/runs';
import { runSchema, serviceSchema } from '@/lib/timeline/run';
import { call } from '../demo/api';
import { Processes } from '../demo/processes';
import { cpuOfTree } from './cpu';
import { freePort } from './free-port';
import { median } from './k6-load';
import { recordRun, registerShop } from './recorded-hour';

const optionsSchema = z.object({
  runs: z.coerce.number().int().min(1).max(100_000).default(10_000),
  minutes: z.coerce.number().min(1).max(600).default(60),
  requests: z.coerce.number().int().min(1000).default(10_000_000),
  'live-seconds': z.coerce.number().int().min(0).max(120).default(20),
  keep: z.string().optional(),
});

const repeats = 7;
const viewport = { width: 1440, height: 900 };

/** Options: `--runs N` (10000), `--minutes N` (60), `--requests N` (10000000), `--live-seconds N` (20; 0: no live run), `--keep DIR` (use the database in DIR, made if absent). */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string' }, minutes: { type: 'string' }, requests: { type: 'string' }, 'live-seconds': { type: 'string' }, keep: { type: 'string' } } });
  const options = optionsSchema.parse(values);
  const k6 = await findK6({ stateDir: stateDirectory() });
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'scaletrace-pages-'));
  process.env.SCALETRACE_DIR = folder;
  const processes = new Processes();
  let server: BrowserServer | null = null;
  try {
    const kept = existsSync(join(folder, 'scaletrace.db'));
    const beganMs = performance.now();
    const store = await getStore();
    if (!kept) {
      await fillHistory(options.runs);
      await recordRun(options.minutes * 60, options.requests);
    }
    const long = await store.run.findFirstOrThrow({ where: { name: 'soak on shop' }, select: { id: true, requests: true } });
    console.log(`${options.runs} runs and one of ${options.minutes} minutes with ${long.requests?.toLocaleString('en')} requests${kept ? ', kept' : `, made in ${((performance.now() - beganMs) / 1000).toFixed(0)} s`}\n`);
    const lab = options['live-seconds'] > 0 ? await processes.startLab({ gateway: await freePort(), api: await freePort(), metrics: await freePort() }) : null;
    const url = await processes.startDashboard({ mode: 'start', host: '127.0.0.1', port: await freePort(), env: { K6_BIN: k6.path, KUBECONFIG: lab?.kubeconfig ?? join(folder, 'no-kubeconfig') } });

    console.log('| what | server time, first (ms) | median (ms) | bytes sent | uncompressed |\n| --- | ---: | ---: | ---: | ---: |');
    const range = 'fromMs=1200000&toMs=1500000';
    for (const [what, path] of [['runs list, page', '/'], ['runs list, API', '/api/runs'], ['run, page', `/runs/${long.id}`], ['run, data', `/api/runs/${long.id}/overview`], ['run, five minutes of it', `/api/runs/${long.id}/overview?${range}`]] as const) {
      const sent = [];
      for (let i = 0; i < repeats; i++) sent.push(await fetchBytes(`${url}${path}`, true));
      const plain = await fetchBytes(`${url}${path}`, false);
      console.log(`| ${what} | ${sent[0]!.ms.toFixed(0)} | ${median(sent.slice(1).map(({ ms }) => ms)).toFixed(0)} | ${kilobytes(sent[0]!.bytes)} | ${kilobytes(plain.bytes)} |`);
    }

    server = await chromium.launchServer({ args: ['--no-sandbox', '--disable-gpu'], ...(process.env.SCALETRACE_CHROMIUM || existsSync('/usr/bin/chromium') ? { executablePath: process.env.SCALETRACE_CHROMIUM ?? '/usr/bin/chromium' } : {}) });
    const browser = await chromium.connect(server.wsEndpoint());
    const drawn: number[] = [];
    for (let i = 0; i < repeats; i++) {
      // Scripts come from the cache from the second time on.
      const page = await (browser.contexts()[0] ?? (await browser.newContext({ viewport }))).newPage();
      drawn.push(await timeToCharts(page, `${url}/runs/${long.id}`));
      await page.close();
    }
    console.log(`\n| in Chromium, ${viewport.width} px | first (ms) | median after (ms) |\n| --- | ---: | ---: |\n| run page, charts drawn | ${drawn[0]!.toFixed(0)} | ${median(drawn.slice(1)).toFixed(0)} |`);
    if (lab) await measureLive(url, server, options['live-seconds'], await browser.newPage({ viewport }));
  } finally {
    await server?.close();
    await processes.stopAll();
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function fillHistory(count: number): Promise<void> {
  const store = await getStore();
  const scripts = ['tutorial', 'ramp', 'spike', 'soak', 'scale-from-zero'];
  const services = await Promise.all(Array.from({ length: 12 }, (_, i) => registerShop(`shop-${i}`)));
  const startMs = Date.now() - count * 600_000;
  for (let i = 0; i < count; i++) {
    const id = randomUUID();
    const service = services[i % services.length]!;
    const createdAtMs = startMs + i * 600_000;
    const scriptName = scripts[i % scripts.length]!;
    const p95Ms = 40 + (i % 37);
    await insertRun(store, { id, ingestSecretHash: '', createdAtMs, run: { name: `${scriptName} on ${service.name}`, service, scriptName, scriptText: 'export default function () {}', env: {}, options: {}, tags: i % 5 === 0 ? ['nightly'] : [] } });
    await updateRun(store, id, {
      state: i % 11 === 0 ? 'failed' : 'finished', originMs: createdAtMs, loadStartMs: 500, loadEndMs: 60_500, endedAtMs: createdAtMs + 64_000, requests: 100_000 + i, failures: i % 13, requestsPerSecond: 1600 + (i % 90),
      p50Ms: 28 + (i % 5), p90Ms: p95Ms - 3, p95Ms, p99Ms: p95Ms * 2, peakReadyPods: 10 + (i % 4), worstLagMs: 900 + (i % 700), thresholdsMet: i % 11 !== 0, podsSpark: Array.from({ length: 48 }, (_, cell) => (cell + i) % 11),
    });
  }
}

/** One answer's bytes on the wire and how long it took to its last one. */
function fetchBytes(url: string, compressed: boolean): Promise<{ bytes: number; ms: number }> {
  return new Promise((resolve, reject) => {
    const beganMs = performance.now();
    get(url, { headers: compressed ? { 'accept-encoding': 'gzip, deflate, br' } : {} }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => (response.statusCode === 200 ? resolve({ bytes, ms: performance.now() - beganMs }) : reject(new Error(`${url} answered ${response.statusCode}`))));
    }).on('error', reject);
  });
}

/** From the navigation's start until all four charts have their data's pixels (ms). */
async function timeToCharts(page: Page, url: string): Promise<number> {
  await page.setViewportSize(viewport);
  await page.goto(url, { waitUntil: 'commit' });
  const handle = await page.waitForFunction(() => {
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>('[data-chart] canvas')];
    if (canvases.length < 4) return null;
    const drawn = canvases.every((canvas) => {
      const { width, height } = canvas;
      if (width === 0 || height === 0) return false;
      // Right of the axis: grid lines alone are few pixels.
      const pixels = canvas.getContext('2d')!.getImageData(width * 0.3, 0, Math.ceil(width * 0.4), height).data;
      let filled = 0;
      for (let i = 3; i < pixels.length; i += 4) if (pixels[i]! > 0) filled++;
      return filled > pixels.length / 4 / 50;
    });
    return drawn ? performance.now() : null;
  }, undefined, { polling: 50, timeout: 60_000 });
  return Number(await handle.jsonValue());
}

/** A run in the lab, and what Chromium's processes take to show it. */
async function measureLive(url: string, server: BrowserServer, seconds: number, page: Page): Promise<void> {
  const yaml = readFileSync('deploy/helloworld-go.yaml', 'utf8');
  const { service } = await call(`${url}/api/services/apply`, z.object({ service: serviceSchema }), { yaml });
  const scriptText = `import http from 'k6/http';
export const options = { scenarios: { steady: { executor: 'constant-arrival-rate', rate: 150, duration: '${seconds + 30}s', preAllocatedVUs: 40 } } };
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });`;
  const { run } = await call(`${url}/api/runs`, z.object({ run: runSchema }), { serviceId: service.id, scriptName: 'steady', scriptText });
  await page.goto(`${url}/runs/${run.id}`);
  await page.locator('[data-chart] canvas').nth(3).waitFor();
  await page.waitForTimeout(8000);
  const pid = server.process().pid!;
  const before = cpuOfTree(pid).own;
  await page.waitForTimeout(seconds * 1000);
  const share = (cpuOfTree(pid).own - before) / seconds;
  console.log(`\n| live page, ${viewport.width} px, ${seconds} s | share of one core |\n| --- | ---: |\n| Chromium, all its processes | ${(share * 100).toFixed(1)} % |`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
