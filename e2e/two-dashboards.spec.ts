import { mkdtempSync } from 'node:fs';
import { createServer, request as ask, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, request, type APIRequestContext } from '@playwright/test';
import { onPostgres } from '@/lib/store/fake-database';
import { childrenOf } from '@/scripts/bench/cpu';
import { Processes } from '@/scripts/processes';
import { type RecordingGap } from '@/lib/model/recording';
import { apiOf, applyTutorial, recordingOf, untilEnded } from './api';
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

/** What a cluster's Service is to runners: one address that leads to any dashboard that lives, one after the other. */
function startService(): Server {
  let turn = 0;
  return createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const pass = (tries: number): void => {
          const to = new URL(incoming.url!, urls[turn++ % urls.length]);
          const { authorization } = incoming.headers;
          ask(to, { method: 'POST', headers: authorization ? { authorization } : {} }, (got) => {
            answer.writeHead(got.statusCode!);
            got.pipe(answer);
          })
            .on('error', () => (tries > 1 ? pass(tries - 1) : answer.writeHead(503).end()))
            .end(Buffer.concat(chunks));
        };
        pass(urls.length);
      });
  });
}

/** Two dashboards, each with a state folder of its own, on one PostgreSQL. */
test.describe('two dashboards on one database', () => {
  test.skip(!onPostgres, 'a file of SQLite has one dashboard');

  const processes = new Processes();
  const apis: APIRequestContext[] = [];
  const pids: number[] = [];
  const service = startService();
  let serviceId = '';

  test.beforeAll(async () => {
    await ownState('two');
    const { kubeconfig } = await processes.startLab(ports);
    await new Promise<void>((resolve) => service.listen(port + 5, '127.0.0.1', resolve));
    for (const [i, url] of urls.entries()) {
      const env = {
        KUBECONFIG: kubeconfig,
        SCALETRACE_DIR: mkdtempSync(join(tmpdir(), `scaletrace-two-${i}-`)),
        SCALETRACE_RUNNER_URL: `http://127.0.0.1:${port + 5}`,
        SCALETRACE_PEER_URL: url,
      };
      const others = childrenOf(process.pid);
      await processes.startDashboard({ mode: 'start', host: '127.0.0.1', port: port + i, env });
      pids.push(childrenOf(process.pid).find((pid) => !others.includes(pid))!);
      apis.push(await request.newContext({ baseURL: url }));
    }
    serviceId = await applyTutorial(apis[0]!);
  });
  test.afterAll(async () => {
    for (const api of apis) await api.dispose();
    await processes.stopAll();
    service.close();
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

  test('a load that k6-operator makes for one that is killed goes on with the other: each request is counted once', async () => {
    const body = {
      serviceId,
      scriptName: 'steady',
      scriptText: steady,
      env: {},
      operator: { runners: 2, image: 'grafana/k6:1.8.1' },
    };
    const { run } = await apiOf(apis[0]!)('POST /api/runs', { body });
    const lastMs = async (): Promise<number> => {
      const { points } = await recordingOf(apis[1]!, run.id);
      return points.reduce((last, { atMs }) => Math.max(last, atMs), 0);
    };
    await expect.poll(lastMs, { timeout: 60_000 }).toBeGreaterThan(3000);
    const before = await recordingOf(apis[1]!, run.id);
    process.kill(pids[0]!, 'SIGKILL');
    // It is taken for dead once its lease has run out, and the gap ends with the first second that the other takes.
    await expect.poll(async () => (await awayOf(run.id))?.toMs ?? 0, { timeout: 90_000 }).toBeGreaterThan(0);
    const backMs = (await awayOf(run.id))!.toMs!;
    await expect.poll(lastMs, { timeout: 60_000 }).toBeGreaterThan(backMs);
    await apiOf(apis[1]!)('POST /api/runs/{id}/stop', {
      params: { id: run.id },
      body: { mode: 'graceful' },
    });
    const ended = await untilEnded(apis[1]!, run.id);
    expect(ended.state).toBe('stopped');
    const { series, points, gaps } = await recordingOf(apis[1]!, run.id);
    const ids = new Set(points.map(({ id }) => id));
    expect(before.points.filter(({ id }) => !ids.has(id))).toEqual([]);
    const requests = series.flatMap(({ metric, id }) => (metric === 'http_reqs' ? [id] : []));
    const recorded = points.reduce(
      (sum, { seriesId, value }) => sum + (requests.includes(seriesId) ? value! : 0),
      0,
    );
    // k6's own count, by the summaries that both runners wrote at their end.
    expect(ended.summary?.metrics.find(({ metric }) => metric === 'http_reqs')?.values.count).toBe(recorded);
    expect(gaps.filter(({ toMs }) => toMs === null)).toEqual([]);
  });

  const awayOf = async (id: string): Promise<RecordingGap | undefined> =>
    (await recordingOf(apis[1]!, id)).gaps.find(
      ({ code, what }) => code === 'gaps.scaletrace-away' && what === 'requests',
    );
});
