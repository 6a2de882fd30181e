import { expect, type Locator, type Page } from '@playwright/test';
import { test } from './test';
import { z } from 'zod';
import { apiOf, applyTutorial, startTutorial, untilEnded } from './api';
import { expectSound } from './sound';

test.describe.configure({ mode: 'serial' });

let runId = '';

test.beforeAll(async ({ request }) => {
  const run = await startTutorial(request, await applyTutorial(request, 'run-page'), 4000);
  runId = run.id;
  expect((await untilEnded(request, runId)).state).toBe('finished');
});

async function open(page: Page, search = ''): Promise<void> {
  await page.goto(`/runs/${runId}${search}`);
  await expect(page.locator('[data-chart] canvas')).toHaveCount(5, { timeout: 30_000 });
}

/** Opens the first incident by its bar: its scale events are then below it. */
async function openIncident(page: Page): Promise<void> {
  await page.locator('[data-incident] button').first().click();
  await expect(page.locator('[data-incident-panel]')).toBeVisible();
}

test('an incident is one bar whose parts add up, tells its story, and opens its events in lane and table', async ({
  page,
}) => {
  await open(page);
  // What belongs to no incident is always there.
  const others = await page.locator('[data-event]').count();
  await openIncident(page);
  const panel = page.locator('[data-incident-panel]');
  await expect(panel.locator('[data-incident-sentence]')).toContainText(/^Load rose from 0 to \d+ in flight/);
  await expect(panel.locator('[data-incident-culprit]')).not.toBeEmpty();
  await expect(page.locator('[data-event=expected]').first()).toBeVisible();
  await expect(page).toHaveURL(/incident=i1/);
  const [parts, total] = await panel
    .locator('dl')
    .first()
    .evaluate((list) => {
      const ms = (text: string): number => Math.round(parseFloat(text) * (text.endsWith('ms') ? 1 : 1000));
      const times = [...list.querySelectorAll('dd')].map((one) => ms(one.textContent));
      return [times.slice(0, -1).reduce((sum, one) => sum + one, 0), times.at(-1)!] as const;
    });
  expect(parts).toBe(total);
  await page.getByRole('tab', { name: 'Scale events' }).click();
  await expect(page.locator('[data-incident-open=i1]')).toContainText('Load rose');
  await expect(page.locator('[data-incident-open=i1] table tbody tr').first()).toBeVisible();
  await page.locator('[data-incident-row=i1]').click();
  await expect(page.locator('[data-incident-open]')).toHaveCount(0);
  await expect(page.locator('[data-event]')).toHaveCount(others);
});

test('a scale event tells in words why and how late, and stays in the address', async ({ page }) => {
  await open(page);
  await openIncident(page);
  await page.locator('[data-event=expected]').first().click();
  const panel = page.locator('[data-event-panel]');
  await expect(panel.locator('[data-why]')).toContainText(
    /\d+(\.\d+)? in flight over \d+ s, target 5 a pod: \d+ pods?/,
  );
  await expect(page).toHaveURL(/event=e\d+/);
  await page.reload();
  await expect(panel.locator('[data-why]')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(page).not.toHaveURL(/event=/);
});

test('one crosshair reads all charts, by pointer and by keys', async ({ page }) => {
  await open(page);
  const reading = page.locator('[data-reading]').last();
  const chart = page.locator('[data-chart=pods] canvas');
  await chart.scrollIntoViewIfNeeded();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(page.locator('[data-crosshair]')).toHaveCSS('opacity', '1');
  const first = await reading.locator('[data-reading-at]').textContent();
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
  await expect(reading.locator('[data-reading-at]')).not.toHaveText(first!);
  const charts = page.getByRole('group', {
    name: 'Charts on one time axis. Use the arrow keys to read values.',
  });
  await charts.focus();
  await page.keyboard.press('Home');
  await expect(reading.locator('[data-reading-at]')).toHaveText('0:00.0');
  await page.keyboard.press('ArrowRight');
  await expect(reading.locator('[data-reading-at]')).toHaveText('0:01.0');
});

test('a drag zooms all charts; the range is in the address and a reload shows it again', async ({ page }) => {
  await open(page);
  const chart = page.locator('[data-chart=requests] canvas');
  // The story is above it: it may begin below the window's edge.
  await chart.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + 200, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 500, box.y + 70, { steps: 6 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
  expect(page.url()).not.toContain('event=');
  const range = await page.locator('[data-range]').textContent();
  await page.reload();
  await expect(page.locator('[data-range]')).toHaveText(range!);
  await page.getByRole('button', { name: 'Whole run' }).click();
  await expect(page).not.toHaveURL(/from=/);
});

/** The share of the plot's lower tenth, over some columns of pixels in the middle of a range, that is painted at all. */
async function paintedBelow(page: Page, chart: string, from: number, to: number): Promise<number> {
  return page.locator(`[data-chart=${chart}] canvas`).evaluate(
    (canvas: HTMLCanvasElement, [left, right]) => {
      const context = canvas.getContext('2d')!;
      const [x, width] = [Math.round(canvas.width * left!), Math.round(canvas.width * (right! - left!))];
      const rows = Math.round(canvas.height * 0.05);
      const { data } = context.getImageData(x, Math.round(canvas.height * 0.68), width, rows);
      let painted = 0;
      for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) painted++;
      return painted / (width * rows);
    },
    [from, to],
  );
}

test('how each threshold stands is told while a run goes on, to who has a link too', async ({
  page,
  request,
}) => {
  const serviceId = await applyTutorial(request, 'thresholds-now');
  const scriptText = `import http from 'k6/http';
import { check, sleep } from 'k6';
import { Trend } from 'k6/metrics';
const never = new Trend('never');
export const options = {
  vus: 3,
  duration: '90s',
  thresholds: {
    http_req_failed: ['rate<0.5'],
    http_req_duration: ['p(95)<0.01'],
    checks: ['rate>0.9'],
    iterations: [{ threshold: 'count<1000000', abortOnFail: true, delayAbortEval: '30s' }],
    never: ['avg<5'],
  },
};
export default function () {
  http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });
  check(null, { always: () => true });
  check(null, { mostly: () => Math.random() < 0.8 });
  if (__ITER < 0) never.add(1);
  sleep(0.05);
}`;
  const api = apiOf(request);
  const { run } = await api('POST /api/runs', {
    body: { serviceId, scriptName: 'thresholds', scriptText },
  });
  const panel = page.getByRole('region', { name: 'Thresholds so far' });
  const standing = (shown: Locator, metric: string, how: string): Promise<void> =>
    expect(shown.locator(`[data-threshold-now=${how}]`).filter({ hasText: metric })).toBeVisible({
      timeout: 40_000,
    });
  await page.goto(`/runs/${run.id}`);
  await panel.locator('summary').click();
  await standing(panel, 'http_req_failed', 'holds');
  await standing(panel, 'http_req_duration', 'crossed');
  await standing(panel, 'checks', 'undecided');
  await standing(panel, 'iterations', 'holds');
  await standing(panel, 'never', 'waiting');
  await expect(panel).toContainText('ends the load when crossed, not before 30');
  await expect(panel).toContainText(/rate>0.9\s*between \d/);
  await expectSound(page);
  const { share } = await api('POST /api/shares', { body: { runs: [run.id] } });
  await page.goto(`/share/${share.token}?tab=k6`);
  await expect(panel).toBeVisible();
  await standing(page.getByRole('tabpanel'), 'http_req_duration', 'crossed');
  await page.goto(`/runs/${run.id}`);
  await expect(panel).toBeVisible();
  await api('POST /api/runs/{id}/stop', { params: { id: run.id }, body: { mode: 'kill' } });
  await expect(panel).toHaveCount(0, { timeout: 60_000 });
});

test('a status that a live run meets late has its area, over classes that it never met', async ({
  page,
  request,
}) => {
  const { services } = z
    .object({ services: z.array(z.object({ id: z.string(), name: z.string() })) })
    .parse(await (await request.get('/api/services')).json());
  const scriptText = `import http from 'k6/http';
import { sleep } from 'k6';
export const options = { vus: 3, duration: '10s' };
const endMs = Date.now() + 5000;
export default function () {
  http.get(Date.now() > endMs ? 'http://127.0.0.1:1/' : __ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });
  sleep(0.05);
}`;
  const answer = await request.post('/api/runs', {
    data: { serviceId: services.find(({ name }) => name === 'run-page')!.id, scriptName: 'late', scriptText },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { run } = z.object({ run: z.object({ id: z.string() }) }).parse(await answer.json());
  await page.goto(`/runs/${run.id}`);
  await expect(page.locator('[data-chart=requests]').getByText('no answer')).toBeVisible({ timeout: 40_000 });
  await untilEnded(request, run.id);
  await page.waitForTimeout(1500);
  const drawnLive = await paintedBelow(page, 'requests', 0.6, 0.7);
  expect(drawnLive).toBeGreaterThan(0.9);
  await page.reload();
  await expect.poll(() => paintedBelow(page, 'requests', 0.6, 0.7)).toBeGreaterThan(0.9);
});

test('the tabs show events, decisions, k6’s verdicts, log and script', async ({ page }) => {
  await open(page);
  await expect(page.locator('[data-story]')).toContainText('4,000 requests, 0 failed');
  await page.getByRole('tab', { name: 'Scale events' }).click();
  await expect(page.getByRole('tabpanel').locator('tbody tr').first()).toContainText('→');
  await page.getByRole('tab', { name: 'Decisions' }).click();
  await expect(
    page.getByRole('tabpanel').locator('tbody tr').filter({ hasText: 'in flight over' }).first(),
  ).toBeVisible();
  await page.getByRole('tab', { name: 'k6' }).click();
  await expect(page.locator('[data-threshold=met]')).toHaveCount(2);
  await expect(page.getByRole('tabpanel')).toContainText('status is 200');
  await expect(page.getByRole('tabpanel')).toContainText('pod_duration');
  await page.getByRole('tab', { name: 'Log' }).click();
  await expect(page.getByRole('tabpanel')).not.toBeEmpty();
  await page.getByRole('tab', { name: 'Script and options' }).click();
  await expect(page.locator('.cm-content')).toContainText('k6/http');
});

test('the time of day that is chosen for the charts is that of the tables, and of the next page', async ({
  page,
}) => {
  await open(page, '?tab=decisions');
  const first = page.getByRole('tabpanel').locator('tbody tr button').first();
  await expect(first).toHaveText(/^\d+:\d\d\.\d$/);
  await page.getByText('UTC', { exact: true }).click();
  await expect(first).toHaveText(/^\d\d:\d\d:\d\d\.\d$/);
  await open(page);
  await expect(page.getByRole('radio', { name: 'UTC' })).toBeChecked();
});

test('the page speaks Traditional Chinese, decisions included', async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: 'scaletrace-locale', value: 'zh-Hant', url: baseURL! }]);
  await open(page);
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hant');
  await openIncident(page);
  await expect(page.locator('[data-incident-sentence]').first()).toContainText('負載在');
  await page.locator('[data-event=expected]').first().click();
  await expect(page.locator('[data-why]')).toContainText('每個 Pod 目標 5');
});

test('stop ends a run gracefully', async ({ page, request }) => {
  const run = await startTutorial(request, await applyTutorial(request, 'run-page'), 200_000);
  await page.goto(`/runs/${run.id}`);
  await expect(page.locator('main [data-state]').first()).toHaveAttribute('data-state', 'running');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.locator('main [data-state]').first()).toHaveAttribute('data-state', 'stopped', {
    timeout: 60_000,
  });
  await expect(page.getByRole('button', { name: 'Run again', exact: true })).toBeVisible();
});
