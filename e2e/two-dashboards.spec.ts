import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, request, type APIRequestContext } from '@playwright/test';
import { onPostgres } from '@/lib/store/fake-database';
import { Processes } from '@/scripts/processes';
import { apiOf, applyTutorial, untilEnded } from './api';
import { ownState } from './own-state';
import { dashboardPort } from './ports';
import { test } from './test';

const port = dashboardPort + 40;
const ports = { gateway: port + 2, api: port + 3, metrics: port + 4 };
const urls = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`] as const;
const steady = `
import http from 'k6/http';
export const options = { scenarios: { steady: { executor: 'constant-arrival-rate', rate: 20, duration: '5m', preAllocatedVUs: 40 } } };
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });
`;

/** Two dashboards, each with a state folder of its own, on one PostgreSQL. */
test.describe('two dashboards on one database', () => {
  test.skip(!onPostgres, 'a file of SQLite has one dashboard');

  const processes = new Processes();
  const apis: APIRequestContext[] = [];
  let serviceId = '';

  test.beforeAll(async () => {
    await ownState('two');
    const { kubeconfig } = await processes.startLab(ports);
    for (const [i, url] of urls.entries()) {
      const SCALETRACE_DIR = mkdtempSync(join(tmpdir(), `scaletrace-two-${i}-`));
      const env = { KUBECONFIG: kubeconfig, SCALETRACE_DIR };
      await processes.startDashboard({ mode: 'start', host: '127.0.0.1', port: port + i, env });
      apis.push(await request.newContext({ baseURL: url }));
    }
    serviceId = await applyTutorial(apis[0]!);
  });
  test.afterAll(async () => {
    for (const api of apis) await api.dispose();
    await processes.stopAll();
  });

  test('a run of one is listed and seen live in the other, and stopped there', async ({ page }) => {
    const body = { serviceId, scriptName: 'steady', scriptText: steady, env: {} };
    const { run } = await apiOf(apis[0]!)('POST /api/runs', { body });
    await page.goto(urls[1]);
    await page.getByRole('link', { name: run.name }).first().click();
    await expect(page.locator('main [data-state]').first()).toHaveAttribute('data-state', 'running');
    const stop = page.getByRole('button', { name: 'Stop', exact: true });
    await expect(stop).toBeVisible();
    // What is drawn grows by itself: the load's length is told by its last second.
    const length = page.locator('dd span.tabular').first();
    await expect(length).toHaveText(/\d/);
    const before = (await length.textContent())!;
    await expect(length).not.toHaveText(before);
    await stop.click();
    await expect(page.getByRole('status').filter({ hasText: 'Being stopped' })).toBeVisible();
    await expect(page.locator('main [data-state]').first()).toHaveAttribute('data-state', 'stopped', {
      timeout: 60_000,
    });
    const ended = await untilEnded(apis[0]!, run.id);
    expect([ended.state, ended.stopAsked]).toEqual(['stopped', 'graceful']);
    expect(ended.figures.requests).toBeGreaterThan(0);
  });
});
