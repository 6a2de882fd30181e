import { expect as plainExpect, type APIRequestContext, type Page } from '@playwright/test';
import { test } from './test';
import { z } from 'zod';
import { comparisonSchema } from '@/lib/comparing/comparison';
import { apiOf, applyTutorial, untilEnded } from './api';
import { expectSound } from './sound';

// A first chart is drawn late on a busy machine.
const expect = plainExpect.configure({ timeout: 30_000 });

const ids: string[] = [];
const names = ['Twenty in flight', 'Fifty in flight'];

async function load(
  request: APIRequestContext,
  serviceId: string,
  name: string,
  env: Record<string, string>,
): Promise<string> {
  const body = { serviceId, scriptName: 'tutorial', name, env, tags: ['e2e'] };
  const { run } = await apiOf(request)('POST /api/runs', { body });
  expect((await untilEnded(request, run.id)).state).toBe('finished');
  return run.id;
}

test.beforeAll(async ({ request }) => {
  const serviceId = await applyTutorial(request, 'compare');
  ids.push(await load(request, serviceId, names[0]!, { REQUESTS: '2500', VUS: '20' }));
  ids.push(await load(request, serviceId, names[1]!, { REQUESTS: '4000', VUS: '50' }));
});

async function open(page: Page, search = `?runs=${ids.join(',')}`): Promise<void> {
  await page.goto(`/compare${search}`);
  // Five charts of all runs, two of their pods, and the histogram.
  await expect(page.locator('canvas')).toHaveCount(8);
}

test('a comparison is small, and tells wrong runs apart', async ({ request }) => {
  const answer = await request.get(`/api/compare?runs=${ids.join(',')},nobody`);
  expect(answer.status()).toBe(200);
  const body = await answer.body();
  expect(body.byteLength).toBeLessThan(100_000);
  const comparison = comparisonSchema.parse(JSON.parse(body.toString()));
  expect(comparison.missing).toEqual(['nobody']);
  expect(comparison.referenceId).toBe(ids[0]);
  expect(comparison.runs.map((run) => run.histogram?.count)).toEqual([2500, 4000]);
  expect(comparison.figures.find(({ key }) => key === 'requests')?.differences[1]).toMatchObject({
    kind: 'ratio',
    value: 1.6,
  });
  expect(
    comparison.settings.filter(({ differs }) => differs).map(({ section, name }) => `${section}.${name}`),
  ).toEqual(expect.arrayContaining(['environment.REQUESTS', 'environment.VUS']));
  const wrong = await request.get(`/api/compare?runs=${ids[0]}`);
  expect(wrong.status()).toBe(400);
  expect(await wrong.text()).toContain('at least 2');
  expect((await request.get('/api/compare?runs=a,b')).status()).toBe(404);
});

test('runs lie over each other; what differs is told, and the crosshair reads all', async ({ page }) => {
  await open(page);
  await expect(page.locator('[data-figure=requests]')).toContainText('+60 %');
  await expect(page.locator('[data-setting="environment.VUS"]')).toContainText('50');
  await expect(page.locator('[data-events="1"]')).toContainText('→');
  await expect(page.locator('[data-compared]').nth(1).locator('[data-regression]')).toBeVisible();
  const chart = page.locator('[data-chart=pods] canvas');
  await chart.scrollIntoViewIfNeeded();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(page.locator('[data-crosshair]')).toHaveCSS('opacity', '1');
  const at = page.locator('[data-reading-at]').last();
  const first = await at.textContent();
  await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
  await expect(at).not.toHaveText(first!);
  await page.getByRole('radio', { name: 'Percentiles' }).check({ force: true });
  await expect(page.locator('[data-distribution]')).toContainText('took no longer');
});

test('alignment, reference, order and range are in the address', async ({ page }) => {
  await open(page);
  await page.getByRole('radio', { name: 'first request' }).check({ force: true });
  await expect(page).toHaveURL(/align=first-request/);
  await page.getByRole('button', { name: `Hold the others against ${names[1]}` }).click();
  await expect(page).toHaveURL(new RegExp(`base=${ids[1]}`));
  await expect(page.locator('[data-compared]').nth(1)).toContainText('Reference');
  await page.getByRole('button', { name: `Move ${names[1]} up` }).click();
  await expect(page).toHaveURL(new RegExp(`runs=${ids[1]},${ids[0]}`));
  const box = (await page.locator('[data-chart=rate] canvas').boundingBox())!;
  await page.mouse.move(box.x + 200, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 500, box.y + 70, { steps: 6 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=-?\d+&to=\d+/);
  const range = await page.locator('[data-range]').textContent();
  await page.reload();
  await expect(page.locator('[data-range]')).toHaveText(range!);
  await expect(page.locator('[data-compared]').first()).toContainText(names[1]!);
});

test('fewer than two runs say what to do; a run is found and added, a wrong one taken out', async ({
  page,
}) => {
  await page.goto(`/compare?runs=${ids[0]}`);
  await expect(page.getByRole('main')).toContainText('One more run is needed');
  await page.getByRole('button', { name: 'Add a run' }).last().click();
  await page.getByRole('dialog').getByRole('combobox').fill(names[1]!);
  await page.getByRole('option', { name: names[1]! }).first().click();
  await expect(page).toHaveURL(new RegExp(`runs=${ids[0]},[^,]+$`));
  await expect(page.locator('canvas')).toHaveCount(8);
  await page.goto(`/compare?runs=${ids.join(',')},nobody`);
  await expect(page.getByRole('main')).toContainText('There is no such run: nobody');
  await page.getByRole('button', { name: 'Take it out' }).click();
  await expect(page).not.toHaveURL(/nobody/);
});

test('a baseline is chosen on the run’s page; the trend marks it and leads to the comparison', async ({
  page,
  request,
}) => {
  await page.goto(`/runs/${ids[0]}`);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Set as baseline' }).click();
  await expect(
    page.getByRole('banner').or(page.locator('main header')).getByText('Baseline', { exact: true }),
  ).toBeVisible();
  await page.goto(`/runs/${ids[1]}`);
  await page.locator('main header [data-regression]').click();
  await expect(page).toHaveURL(new RegExp(`runs=${ids[0]},${ids[1]}`));
  await page.goto('/trends?service=compare&script=tutorial');
  await expect(page.locator('[data-trend=p95] [data-point=baseline]')).toHaveCount(1);
  await expect(page.locator(`[data-trend-run="${ids[1]}"] [data-regression]`)).toBeVisible();
  await page.locator('[data-trend=p95] [role=group]').focus();
  await page.keyboard.press('Home');
  await expect(page.locator('[data-chosen]')).toContainText(names[0]!);
  await page.getByRole('button', { name: `Unset ${names[0]} as baseline` }).click();
  await expect(page.getByRole('main')).toContainText('No baseline is chosen');
  expect(await (await request.get(`/api/runs/${ids[1]}/baseline`)).json()).toEqual({
    baseline: null,
    regression: null,
  });
});

/** hey's CSV of 20 s with 25 requests each, a request taking so many seconds and a little more or less. */
function heyCsv(seconds: number): string {
  const rows = Array.from({ length: 500 }, (_, i) => {
    const took = seconds * (1 + ((i * 7919) % 100) / 1000);
    return (
      [took, 0.0001, 0, 0.0001, took - 0.0003, 0.0001].map((value) => value.toFixed(4)).join(',') +
      `,200,${(i / 25).toFixed(4)}`
    );
  });
  return (
    [
      'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset',
      ...rows,
    ].join('\n') + '\n'
  );
}

test('the list marks a run that is surely worse than its baseline, and only that one', async ({
  page,
  request,
}) => {
  const imported: string[] = [];
  for (const [name, seconds] of [
    ['As it was', 0.04],
    ['As fast', 0.04],
    ['A half slower', 0.06],
  ] as const) {
    const query = new URLSearchParams({
      save: '1',
      file: 'hey.csv',
      name,
      script: 'regression',
      tags: 'regression',
      startedAtMs: '1760000000000',
    });
    const answer = await request.post(`/api/import?${query.toString()}`, {
      headers: { 'content-type': 'application/octet-stream' },
      data: Buffer.from(heyCsv(seconds)),
    });
    expect(answer.status(), await answer.text()).toBe(201);
    imported.push(z.object({ run: z.object({ id: z.string() }) }).parse(await answer.json()).run.id);
  }
  expect((await request.put(`/api/runs/${imported[0]}/baseline`)).status()).toBe(200);
  expect(await (await request.get(`/api/runs/regressions?ids=${imported.join(',')},nobody`)).json()).toEqual({
    regressions: {
      [imported[1]!]: { tested: true, worse: [], again: 0, also: [] },
      [imported[2]!]: { tested: true, worse: ['p50', 'p95'], again: 0, also: [] },
    },
  });
  expect((await request.get('/api/runs/regressions?ids=')).status()).toBe(400);
  await page.goto('/?tag=regression');
  await expect(page.locator('table tbody tr')).toHaveCount(3);
  await expect(page.locator('table [data-regression=worse]')).toHaveCount(1);
  await expect(
    page.getByRole('row', { name: 'A half slower' }).getByRole('img', { name: /p50, p95/ }),
  ).toBeVisible();
});

for (const width of [1440, 390]) {
  test(`comparison and trend are sound at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(page);
    await expectSound(page);
    await page.goto('/trends?service=compare&script=tutorial');
    await expect(page.locator('[data-trend=rate] svg')).toBeVisible();
    await expectSound(page);
    await page.goto('/compare');
    await expect(page.getByRole('heading', { level: 2 })).toContainText('Choose two runs');
    await expectSound(page);
  });
}
