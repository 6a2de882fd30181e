import { expect, type Page } from '@playwright/test';
import { test } from './test';
import { distributionSchema } from '@/lib/timeline/distribution';
import { apiOf, applyTutorial, untilEnded } from './api';
import { expectSound } from './sound';

/** The shipped scripts' ways in one short run: pods and checks as tags, a group, a custom metric of each kind, a warning in the log, a threshold that cannot hold. */
const script = `
import http from 'k6/http';
import { check, group } from 'k6';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
export const options = {
  scenarios: { shared: { executor: 'shared-iterations', vus: 30, iterations: 2500 } },
  thresholds: { http_req_failed: ['rate==0'], http_req_duration: ['max<1'] },
};
const orders = new Counter('orders');
const queue = new Gauge('queue');
const good = new Rate('good');
const podDuration = new Trend('pod_duration', true);
export default function () {
  group('checkout', () => {
    const response = http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });
    const passed = check(response, { 'status is 200': (r) => r.status === 200 });
    orders.add(2);
    queue.add(__ITER);
    good.add(passed);
    podDuration.add(response.timings.duration, { pod: response.headers['X-Pod'], checks: passed ? 'passed' : 'failed' });
  });
  if (__VU === 1 && __ITER === 0) console.warn('the first of all');
}
`;

let runId = '';

test.beforeAll(async ({ request }) => {
  const serviceId = await applyTutorial(request, `reviewed-${test.info().workerIndex}`);
  const body = { serviceId, scriptName: 'reviewed', scriptText: script, tags: ['e2e'] };
  runId = (await apiOf(request)('POST /api/runs', { body })).run.id;
  expect((await untilEnded(request, runId)).state).toBe('finished');
});

async function open(page: Page, search = ''): Promise<void> {
  await page.goto(`/runs/${runId}${search}`);
  await expect(page.locator('[data-chart] canvas')).toHaveCount(5, { timeout: 30_000 });
}

/** The panel asks for its data when it comes near the window. */
async function openDistribution(page: Page, search = ''): Promise<void> {
  await open(page, search);
  await page.locator('[data-distribution]').scrollIntoViewIfNeeded();
  await expect(page.locator('[data-distribution-range]')).toContainText('requests');
}

test('the story is at the top, and each sentence leads to its place in the charts', async ({ page }) => {
  await open(page);
  const story = page.locator('[data-story]');
  await expect(story.locator('[data-sentence=asked]')).toContainText(
    '2,500 iterations shared by 30 virtual users',
  );
  await expect(story.locator('[data-sentence=load]')).toContainText('2,500 requests, 0 failed');
  await expect(story.locator('[data-sentence=thresholds]')).toContainText('1 of 2 thresholds was met');
  await expect(story.locator('[data-sentence=threshold-crossed]')).toContainText('http_req_duration max<1');
  // How many waited is known of one that lasted longer than between two readings.
  await expect(story.locator('[data-sentence=cold-start]')).toContainText(
    /a cold start(\.|; about \d+ requests? waited for the first pod)/,
  );
  const late = story.locator('[data-sentence=incident]').first();
  await expect(late).toContainText(/Load rose from 0 to \d+ in flight at .*capacity followed at .*Why: /);
  await expect(late).toHaveAttribute('href', /from=\d+&to=\d+&event=i1/);
  await late.click();
  await expect(page).toHaveURL(/from=\d+&to=\d+&.*event=i1/);
  await expect(page.locator('[data-incident-panel]')).toBeVisible();
  await expect(page.locator('[data-chart=requests]')).toBeInViewport();
});

test('due and seen markers are joined by a line', async ({ page }) => {
  await open(page);
  await page.locator('[data-incident] button').first().click();
  const item = page.locator('[data-lane-item]:has([data-join])').first();
  await expect(item.locator('[data-event=expected]')).toBeVisible();
  await expect(item.locator('[data-join]').first()).toHaveAttribute('d', /^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
});

test('the distribution counts every request, of the range in view and by tag', async ({ page, request }) => {
  const answer = await request.get(`/api/runs/${runId}/range?split=pod`);
  const whole = distributionSchema.parse(await answer.json());
  expect(whole.total.count).toBe(2500);
  expect(whole.statuses).toEqual([{ status: '200', count: 2500 }]);
  expect(whole.split!.parts.reduce((sum, part) => sum + part.histogram.count, 0)).toBe(2500);
  const middle = Math.round(whole.toMs / 2);
  const [first, second] = await Promise.all(
    [`fromMs=0&toMs=${middle}`, `fromMs=${middle}&toMs=${whole.toMs + 5000}`].map(async (range) =>
      distributionSchema.parse(await (await request.get(`/api/runs/${runId}/range?${range}`)).json()),
    ),
  );
  expect(first!.total.count + second!.total.count).toBe(2500);
  const refused = await request.get(`/api/runs/${runId}/range?fromMs=9&toMs=3`);
  expect([refused.status(), await refused.text()]).toEqual([400, expect.stringContaining('toMs')]);

  await openDistribution(page);
  const panel = page.locator('[data-distribution]');
  await expect(panel.locator('canvas')).toBeVisible();
  await expect(panel.locator('[data-part="All requests"]')).toContainText('2,500');
  await panel.getByLabel('Split by').selectOption('pod');
  await expect(panel.locator('[data-part]')).toHaveCount(whole.split!.parts.length);
  await expect(panel).toContainText('in its metric pod_duration');
  await panel.getByLabel('Split by').selectOption('checks');
  await expect(panel.locator('[data-part="checks passed"]')).toContainText('2,500');
  await panel.getByLabel('Split by').selectOption('group');
  await expect(panel.locator('[data-part=checkout]')).toBeVisible();
  await panel.getByText('Percentile curve', { exact: true }).click();
  await expect(page).toHaveURL(/split=group&as=curve/);
  // An ended run's is drawn without being scrolled to, as paper and a picture of the whole page need it.
  await page.reload();
  await expect(panel.getByRole('figure', { name: 'Percentile curve' }).locator('canvas')).toBeVisible();
});

test('hey’s text can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openDistribution(page, '?as=text');
  const text = page.locator('[data-hey]');
  await expect(text).toContainText('Response time histogram:');
  await expect(text).toContainText('[200]\t2500 responses');
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await text.textContent());
});

test('every tick is listed beside what the cluster had, and leads to the charts', async ({ page }) => {
  await open(page, '?tab=decisions');
  const rows = page.locator('[data-decision]');
  await expect(rows.first()).toBeVisible();
  const all = await rows.count();
  await page.getByLabel('Only changes').check();
  await expect.poll(() => rows.count()).toBeLessThan(all);
  await rows.first().getByRole('button').click();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
  await expect(page.locator('[data-chart=requests]')).toBeInViewport();
});

test('k6’s metrics are shown over time, with groups and tags', async ({ page }) => {
  await open(page, '?tab=k6');
  await expect(page.locator('[data-threshold=met]')).toHaveCount(1);
  await expect(page.locator('[data-threshold=crossed]')).toHaveCount(1);
  for (const metric of ['orders', 'queue', 'good', 'pod_duration'])
    await expect(page.locator(`figure[data-metric=${metric}] svg`)).toBeVisible();
  await expect(page.locator('[data-metric=vus]')).toBeVisible();
  await expect(page.locator('[data-metric=iterations]')).toHaveCount(0);
  await page.getByLabel(/Show k6’s own/).check();
  await expect(page.locator('[data-metric=iterations]')).toBeVisible();
  await expect(page.locator('[data-group="::checkout"]')).toContainText('2,500');
  await expect(page.locator('[data-tag=pod]')).toContainText('reviewed-');
});

test('the log is searched by text and level', async ({ page }) => {
  await open(page, '?tab=log');
  await page.getByLabel('Search in the log').fill('THE FIRST');
  await expect(page.locator('[role=log] [data-level]')).toHaveCount(1);
  await expect(page.locator('[role=log] mark')).toHaveText('the first');
  await page.getByText('Errors', { exact: true }).click();
  await expect(page.getByRole('tabpanel')).toContainText('No line matches');
});

for (const width of [1440, 390]) {
  test(`each part is sound at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openDistribution(page, '?as=curve&split=pod&tab=k6');
    await expect(page.locator('figure[data-metric=orders]')).toBeVisible();
    await expectSound(page);
    await page.getByRole('tab', { name: 'Decisions' }).click();
    await expect(page.locator('[data-decision]').first()).toBeVisible();
    await page.getByText('As hey prints it', { exact: true }).click();
    await expect(page.locator('[data-hey]')).toBeVisible();
    await expectSound(page);
  });
}
