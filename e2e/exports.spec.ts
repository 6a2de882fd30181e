import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { test } from './test';
import { strFromU8, unzipSync } from 'fflate';
import { jsonExportSchema } from '@/lib/exporting/json';
import { comparisonSchema } from '@/lib/comparing/comparison';
import { importAnswerSchema } from '@/lib/importing/facts';
import { type Run } from '@/lib/model/run';
import { applyTutorial, startTutorial, untilEnded } from './api';
import { expectSound } from './sound';

test.describe.configure({ mode: 'serial' });

const fixture = (name: string): string => `lib/importing/fixtures/${name}`;
let run: Run;

test.beforeAll(async ({ request }) => {
  const started = await startTutorial(request, await applyTutorial(request, 'exports'), 3000);
  run = await untilEnded(request, started.id);
  expect(run.state).toBe('finished');
});

test('the menu gives an HTML file that draws its charts with the network off', async ({ page, browser }) => {
  await page.goto(`/runs/${run.id}`);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'HTML, works offline' }).click(),
  ]);
  const path = `${await download.path()}.html`;
  await download.saveAs(path);
  const context = await browser.newContext({ offline: true });
  const offline = await context.newPage();
  const asked: string[] = [];
  offline.on('request', (request) => asked.push(request.url()));
  const errors: string[] = [];
  offline.on('pageerror', ({ message }) => errors.push(message));
  await offline.goto(`file://${path}`);
  await expect(offline.locator('[data-chart] canvas')).toHaveCount(5);
  await expect(offline.locator('[data-figure=requests]')).toContainText('3,000');
  expect(errors).toEqual([]);
  expect(asked.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([]);
  await context.close();
});

test('JSON, CSV, Markdown, k6’s summary and JUnit hold the run', async ({ request }) => {
  const get = (format: string, search = '') => request.get(`/api/runs/${run.id}/export/${format}${search}`);
  const json = jsonExportSchema.parse(await (await get('json')).json());
  expect(json.run.figures).toEqual(run.figures);
  const files = unzipSync(new Uint8Array(await (await get('csv')).body()));
  const [head, ...rows] = strFromU8(files['requests.csv']!)
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  const sum = (name: string): number =>
    rows.reduce((total, row) => total + Number(row[head!.indexOf(name)]), 0);
  expect(sum('requests')).toBe(run.figures.requests);
  expect(sum('failures')).toBe(run.figures.failures);
  expect(strFromU8(files['decisions.csv']!).trim().split('\r\n')).toHaveLength(
    json.recording.decisions.length + 1,
  );
  const markdown = await (await get('markdown')).text();
  expect(markdown).toContain('| Requests | Failures |');
  expect(markdown).toContain('`http_req_failed` | `rate==0`');
  expect(await (await get('markdown', '?lang=zh-Hant')).text()).toContain('擴縮事件');
  expect(
    ((await (await get('k6-summary')).json()) as { metrics: { http_reqs: unknown } }).metrics.http_reqs,
  ).toMatchObject({ count: 3000 });
  const junit = await (await get('junit')).text();
  expect(junit).toContain('<testcase classname="scaletrace.thresholds" name="checks rate==1"');
  expect((await get('nothing')).status()).toBe(400);
});

test('a chart is saved as a PNG that is not blank, and the page prints as PDF', async ({ page }) => {
  await page.goto(`/runs/${run.id}`);
  await expect(page.locator('[data-chart] canvas')).toHaveCount(5);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save Pods as PNG' }).click(),
  ]);
  const png = await readFile(await download.path());
  const colours = await page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)).size;
  }, png.toString('base64'));
  expect(colours).toBeGreaterThan(20);
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
});

/** What of a page is drawn for paper: each chart as a picture, and how far the page reaches beyond the paper's width (px). */
async function onPaper(
  page: Page,
  path: string,
  colorScheme: 'light' | 'dark',
): Promise<{ charts: string[]; tooWide: number; lanes: number }> {
  await page.emulateMedia({ colorScheme });
  await page.goto(path);
  await expect(page.locator('[data-chart] canvas').first()).toBeVisible();
  // The last that a page of an ended run asks for.
  if (path.startsWith('/runs/')) await expect(page.locator('[data-distribution] canvas')).toBeVisible();
  else await expect(page.locator('canvas')).toHaveCount(8);
  await page.emulateMedia({ media: 'print', colorScheme });
  return page.evaluate(() => {
    window.dispatchEvent(new Event('beforeprint'));
    const drawn = [...document.querySelectorAll('canvas')].filter((canvas) => canvas.offsetParent !== null);
    const right = document.body.getBoundingClientRect().right;
    const seen = [...document.querySelectorAll('body *')].map((one) => one.getBoundingClientRect());
    const told = {
      charts: drawn.map((canvas) => canvas.toDataURL()),
      tooWide: Math.max(0, ...seen.map((box) => Math.ceil(box.right - right))),
      lanes: [...document.querySelectorAll('[data-incident]')].filter(
        (lane) => lane.getClientRects().length > 0,
      ).length,
    };
    window.dispatchEvent(new Event('afterprint'));
    return told;
  });
}

test('a run and a comparison are the same on paper from the dark, and no wider than it', async ({
  page,
  request,
}) => {
  const other = await untilEnded(request, (await startTutorial(request, run.service.id, 1000)).id);
  for (const path of [`/runs/${run.id}`, `/compare?runs=${run.id},${other.id}`]) {
    const [light, dark] = [await onPaper(page, path, 'light'), await onPaper(page, path, 'dark')];
    expect(light.charts.length).toBeGreaterThan(5);
    expect(dark.charts).toEqual(light.charts);
    expect([light.tooWide, dark.tooWide]).toEqual([0, 0]);
    expect(dark.lanes).toBe(light.lanes);
    if (path.startsWith('/runs/')) expect(light.lanes).toBeGreaterThan(0);
    // Back on the screen it is dark again.
    expect(await page.evaluate(() => document.documentElement.className)).toContain('dark');
  }
});

for (const [name, requests] of [
  ['hey.csv', '120'],
  ['hey-2018.csv', '120'],
  ['k6.json', '40'],
  ['k6.csv', '40'],
  ['fortio.json', '400'],
] as const) {
  test(`${name} is shown before it is kept, and joins the runs`, async ({ page }) => {
    await page.goto('/import');
    await page.getByLabel('Choose a file').setInputFiles(fixture(name));
    await expect(page.locator('[data-import-preview]')).toContainText(requests);
    await page.getByLabel('Name of the run').fill(`Imported ${name}`);
    await page.getByRole('button', { name: 'Import this run' }).click();
    await page.waitForURL(/\/runs\//);
    await expect(page.locator('[data-imported]')).toContainText(name);
    await expect(page.locator('[data-figure=requests]')).toContainText(requests);
    await page.goto('/');
    await expect(page.getByRole('main')).toContainText(`Imported ${name}`);
  });
}

test('a file without times says so, and is compared by what it does say', async ({ page, request }) => {
  const keep = async (name: string): Promise<string> => {
    const answer = await request.post(`/api/import?save=1&file=${name}`, {
      data: await readFile(fixture(name)),
      headers: { 'content-type': 'application/octet-stream' },
    });
    return importAnswerSchema.parse(await answer.json()).run!.id;
  };
  const [untimed, timed] = [await keep('hey-2018.csv'), await keep('hey.csv')];
  await page.goto(`/runs/${untimed}`);
  await expect(page.locator('[data-imported]')).toContainText('does not say when each request began');
  await expect(page.locator('#charts')).toContainText('No charts over time');
  await expect(page.locator('#charts canvas')).toHaveCount(0);
  await expect(page.locator('[data-figure=rate] dd').first()).toHaveText('–');
  const distribution = page.locator('[data-distribution]');
  await distribution.scrollIntoViewIfNeeded();
  await expect(distribution).toContainText('120 requests');
  await expect(distribution.locator('canvas')).toBeVisible();
  await page.goto(`/compare?runs=${timed},${untimed}`);
  await expect(page.getByRole('main')).toContainText('hey-2018.csv (hey).');
  const rows = page.locator('[data-distribution] tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('ms');
  const compared = comparisonSchema.parse(
    await (await request.get(`/api/compare?runs=${timed},${untimed}`)).json(),
  );
  const values = Object.fromEntries(compared.figures.map((figure) => [figure.key, figure.values]));
  expect(values.rate![1]).toBeNull();
  // Nothing that neither file tells of is shown as none.
  for (const key of ['scaleEvents', 'missedEvents', 'podSeconds', 'droppedIterations', 'failedChecks'])
    expect(values[key], key).toEqual([null, null]);
});

test('a wrong file is refused with its line and what to do', async ({ page, request }) => {
  await page.goto('/import');
  await page.getByLabel('Choose a file').setInputFiles(fixture('k6-summary.json'));
  await expect(page.getByRole('main').getByRole('alert')).toContainText('--out json=FILE');
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Line 1');
  const answer = await request.post('/api/import', {
    data: await readFile(fixture('hey.csv')),
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(importAnswerSchema.parse(await answer.json()).run).toBeNull();
});

test(`the import page is sound at 390 px`, async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 900 });
  await page.goto('/import');
  await page.getByLabel('Choose a file').setInputFiles(fixture('hey.csv'));
  await expect(page.locator('[data-import-preview]')).toBeVisible();
  await expectSound(page);
});
