/**
 * `npx tsx scripts/pictures.ts [NAME…]`: the pictures of README.md, all or those named, taken of a lab and a dashboard that
 * it starts and ends: a run's page with its incidents (`run`), pods that were late by a slow image pull (`late-pods`), and
 * the board of a service that is watched (`board`), the llm demo's comparison (`llm`), and the connection test of a service
 * over HTTPS (`https`). Needs `npm run build`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { request } from 'undici';
import { chromiumOptions } from '@/e2e/chromium';
import { type ApiClient } from '@/lib/api/client';
import { projectRoot } from '@/lib/environment/paths';
import { UserError } from '@/lib/environment/user-error';
import { hasEnded } from '@/lib/model/life';
import { apiOf } from './api';
import { demoOptionsSchema } from './demo/options';
import { scenariosOf } from './demo/scenarios';
import { freePort } from './bench/free-port';
import { findChromium } from './setup/chromium.mjs';
import { overTls } from './over-tls';
import { type LabAddresses, Processes, runProgram } from './processes';

interface Site {
  lab: LabAddresses;
  url: string;
  api: ApiClient;
}

interface Scene {
  /** Makes what is shown; its page's path. */
  make: (site: Site) => Promise<string>;
  /** What is done on the page before the picture. */
  open?: (page: Page) => Promise<void>;
  sizes: { width: number; height: number }[];
  schemes: ('light' | 'dark')[];
  hasCharts?: boolean;
}

const desk = { width: 1440, height: 1300 };
const scenes: Record<string, Scene> = {
  run: {
    make: spike,
    sizes: [desk, { width: 390, height: 844 }],
    schemes: ['light', 'dark'],
  },
  'late-pods': {
    make: slowPull,
    open: async (page) => {
      await page.locator('[data-incident] button').first().click();
      await page.locator('[data-event=expected]').first().click();
    },
    sizes: [{ width: 1440, height: 1000 }],
    schemes: ['light'],
  },
  board: { make: watched, sizes: [desk], schemes: ['light'] },
  llm: { make: models, sizes: [{ width: 1440, height: 1820 }], schemes: ['light'] },
  https: {
    make: overHttps,
    open: async (page) => {
      const card = page.locator('[data-service=shop]');
      await card.getByRole('button', { name: 'Test connection' }).click();
      await card.locator('[data-check=tls]').waitFor();
      await card.scrollIntoViewIfNeeded();
    },
    sizes: [{ width: 1440, height: 900 }],
    schemes: ['light'],
    hasCharts: false,
  },
};

const processes = new Processes();

const asked = process.argv.slice(2);

async function main(): Promise<number> {
  const unknown = asked.find((name) => !(name in scenes));
  if (unknown) throw new UserError(`There is no "${unknown}": ${Object.keys(scenes).join(', ')}.`, 2);
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
    const site: Site = { lab, url, api: apiOf(url) };
    for (const [name, scene] of Object.entries(scenes))
      if (asked.length === 0 || asked.includes(name))
        await takePictures(name, scene, `${url}${await scene.make(site)}`);
    return 0;
  } finally {
    await processes.stopAll();
    rmSync(state, { recursive: true, force: true });
  }
}

/** The tutorial's service under another name, each of whose requests takes so long. */
async function applied({ api }: Site, name: string, serviceMs: number): Promise<string> {
  const yaml = readFileSync(join(projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8')
    .replace('name: helloworld-go', `name: ${name}`)
    .trimEnd();
  const slow = `${yaml}\n            - name: SERVICE_TIME_MS\n              value: '${serviceMs}'\n`;
  return (await api('POST /api/services/apply', { body: { yaml: slow } })).service.id;
}

/** Runs a script that ships; the path of the run's page once it has ended. */
async function runOf(
  { api }: Site,
  serviceId: string,
  scriptName: string,
  env: Record<string, string>,
  name?: string,
): Promise<string> {
  const { run } = await api('POST /api/runs', {
    body: {
      serviceId,
      scriptName,
      env,
      plainEnv: Object.keys(env),
      tags: ['demo'],
      ...(name ? { name } : {}),
    },
  });
  for (;;) {
    const { state } = (await api('GET /api/runs/{id}', { params: { id: run.id } })).run;
    if (hasEnded(state)) return `/runs/${run.id}`;
    await sleep(500);
  }
}

/** A run whose load jumps many times over at once. Its requests are so long that few of them are many pods. */
async function spike(site: Site): Promise<string> {
  return runOf(site, await applied(site, 'helloworld-go', 150), 'spike', {
    BASE_RATE: '20',
    SPIKE_RATE: '200',
    BASE: '10s',
    SPIKE: '15s',
    RECOVER: '5s',
    SPIKE_P95_MS: '5000',
  });
}

/** The same users of a model server whose pods take one, four or eight requests at once, compared. */
async function models(site: Site): Promise<string> {
  const runs: string[] = [];
  for (const { yaml, scriptName, name, env } of scenariosOf(demoOptionsSchema.parse({ scenario: 'llm' }))) {
    const { service } = await site.api('POST /api/services/apply', { body: { yaml } });
    runs.push(await runOf(site, service.id, scriptName, env, name));
  }
  return `/compare?runs=${runs.map((path) => path.replace('/runs/', '')).join(',')}`;
}

/** A service with a pod, by HTTPS. */
async function overHttps(site: Site): Promise<string> {
  const id = await applied(site, 'shop', 28);
  const { services } = await site.api('GET /api/services', {});
  const shop = services.find((one) => one.id === id);
  if (!shop) throw new UserError('The service is not registered.');
  await overTls(site.api, shop, site.lab);
  await request(site.lab.gatewayUrl, { headers: { host: shop.host } }).then(({ body }) => body.dump());
  return '/services';
}

/** A run from zero pods whose image is on no node yet. */
async function slowPull(site: Site): Promise<string> {
  const service = await applied(site, 'image-pull', 28);
  await setFaults(site, { imagePullMs: '6000' });
  const path = await runOf(site, service, 'tutorial', { REQUESTS: '8000', VUS: '50' });
  await setFaults(site, { imagePullMs: '0' });
  return path;
}

/** How many ask the watched service at once, one request after another, and for how long (s). */
const visitors: [users: number, seconds: number][] = [
  [3, 25],
  [18, 30],
  [8, 25],
  [3, 75],
  [24, 20],
  [3, 25],
];

/** A service that is watched while others load it. */
async function watched(site: Site): Promise<string> {
  const id = await applied(site, 'shop', 200);
  await site.api('PUT /api/services/{id}/board', { params: { id }, body: { watched: true } });
  for (const [users, seconds] of visitors) {
    const untilMs = Date.now() + seconds * 1000;
    const visit = async (): Promise<void> => {
      while (Date.now() < untilMs)
        await request(site.lab.gatewayUrl, { headers: { host: 'shop.default.example.com' } }).then(
          ({ body }) => body.dump(),
        );
    };
    await Promise.all(Array.from({ length: users }, visit));
  }
  return `/services/${id}/board`;
}

async function setFaults({ lab }: Site, faults: Record<string, string>): Promise<void> {
  const path = '/api/v1/namespaces/knative-serving/configmaps/scaletrace-lab-faults';
  const answer = await fetch(`${lab.apiUrl}${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ data: faults }),
  });
  if (!answer.ok) throw new UserError(await answer.text());
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function takePictures(
  name: string,
  { open, sizes, schemes, hasCharts = true }: Scene,
  address: string,
): Promise<void> {
  const folder = join(projectRoot(), 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  const executablePath = await findChromium(console.log);
  const browser = await chromium.launch({ ...chromiumOptions, executablePath });
  try {
    for (const colorScheme of schemes) {
      for (const viewport of sizes) {
        const page = await browser.newPage({
          viewport,
          colorScheme,
          locale: 'en-GB',
          deviceScaleFactor: viewport.width < 500 ? 2 : 1,
        });
        await page.goto(address);
        if (hasCharts) await page.locator('canvas').first().waitFor();
        await open?.(page);
        // The charts' first drawing.
        await page.waitForTimeout(1500);
        await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`) });
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
