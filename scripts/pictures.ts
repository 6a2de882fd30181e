/**
 * `npx tsx scripts/pictures.ts`: the pictures of README.md, taken of a lab and a dashboard that it starts and ends: a run's
 * page with its incidents, at 1440 and 390 px, light and dark. Needs `npm run build`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumOptions } from '@/e2e/chromium';
import { projectRoot } from '@/lib/environment/paths';
import { hasEnded } from '@/lib/model/life';
import { apiOf } from './api';
import { freePort } from './bench/free-port';
import { findChromium } from './setup/chromium.mjs';
import { Processes, runProgram } from './processes';

const sizes = [
  { width: 1440, height: 1300 },
  { width: 390, height: 844 },
];

const processes = new Processes();

async function main(): Promise<number> {
  const state = mkdtempSync(join(tmpdir(), 'scaletrace-pictures-'));
  process.env.SCALETRACE_DIR = state;
  try {
    const lab = await processes.startLab({ gateway: 0, api: 0, metrics: 0 });
    const url = await processes.startDashboard({
      mode: 'start',
      host: '127.0.0.1',
      port: await freePort(),
      env: { KUBECONFIG: lab.kubeconfig },
    });
    await takePictures(`${url}/runs/${await spikeOf(url)}`);
    return 0;
  } finally {
    await processes.stopAll();
    rmSync(state, { recursive: true, force: true });
  }
}

/** A run whose load jumps many times over at once; its id once it has ended. */
async function spikeOf(url: string): Promise<string> {
  const api = apiOf(url);
  const yaml = readFileSync(join(projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8');
  // Requests long enough that few of them are many pods.
  const slow = `${yaml.trimEnd()}\n            - name: SERVICE_TIME_MS\n              value: '150'\n`;
  const { service } = await api('POST /api/services/apply', { body: { yaml: slow } });
  const env = {
    BASE_RATE: '20',
    SPIKE_RATE: '200',
    BASE: '10s',
    SPIKE: '15s',
    RECOVER: '5s',
    SPIKE_P95_MS: '5000',
  };
  const { run } = await api('POST /api/runs', {
    body: { serviceId: service.id, scriptName: 'spike', env, plainEnv: Object.keys(env), tags: ['demo'] },
  });
  for (;;) {
    const { state } = (await api('GET /api/runs/{id}', { params: { id: run.id } })).run;
    if (hasEnded(state)) return run.id;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function takePictures(address: string): Promise<void> {
  const folder = join(projectRoot(), 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  const executablePath = await findChromium(console.log);
  const browser = await chromium.launch({ ...chromiumOptions, executablePath });
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of sizes) {
        const page = await browser.newPage({
          viewport,
          colorScheme,
          locale: 'en-GB',
          deviceScaleFactor: viewport.width < 500 ? 2 : 1,
        });
        await page.goto(address);
        await page.locator('canvas').first().waitFor();
        // The charts' first drawing.
        await page.waitForTimeout(1500);
        await page.screenshot({ path: join(folder, `run-${viewport.width}-${colorScheme}.png`) });
        await page.close();
      }
    }
  } finally {
    await browser.close();
  }
}

await runProgram(
  () => processes.stopAll(),
  main,
  () => 130,
);
