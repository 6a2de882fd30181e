import { expect as plainExpect, type Page } from '@playwright/test';
import { test } from './test';
import { whatIfResultSchema } from '@/lib/whatif/shapes';
import { applyTutorial, startTutorial, untilEnded } from './api';
import { expectSound } from './sound';

// A first chart is drawn late on a busy machine.
const expect = plainExpect.configure({ timeout: 30_000 });

let id = '';

test.beforeAll(async ({ request }) => {
  const run = await startTutorial(request, await applyTutorial(request, 'what-if'), 3000);
  expect((await untilEnded(request, run.id)).state).toBe('finished');
  id = run.id;
});

async function open(page: Page, search = ''): Promise<void> {
  await page.goto(`/runs/${id}/what-if${search}`);
  await expect(page.locator('[data-chart=waiting] canvas')).toBeVisible();
}

function setting(page: Page, field: string) {
  return page.locator(`[data-field=${field}]`);
}

/** Varies a setting over a list of values. */
async function vary(page: Page, axis: number, field: string, list: string): Promise<void> {
  const box = page.locator(`[data-axis="${axis}"]`);
  await box.getByRole('combobox').selectOption(field);
  if (field === '') return;
  await box.getByRole('radio', { name: 'List' }).check({ force: true });
  await box.getByLabel('Values, parted by commas').fill(list);
}

/** A small grid that Knative accepts, replayed to its end. */
async function sweep(page: Page): Promise<void> {
  await vary(page, 0, 'targetUtilizationPercent', '30, 50, 70, 90');
  await vary(page, 1, 'minScale', '0, 2, 4, 8, 12');
  await expect(page.locator('[data-size]')).toHaveText('20 configurations');
  await page.getByRole('button', { name: 'Run the sweep' }).click();
  await expect(page.locator('[data-sweep=done]')).toHaveText('20 configurations replayed.');
  await expect(page.locator('[data-pareto] canvas')).toBeVisible();
}

test('how far to trust the replay comes first', async ({ page, request }) => {
  await page.goto(`/runs/${id}`);
  await page.getByRole('main').getByRole('link', { name: 'What if' }).click();
  await expect(page).toHaveURL(new RegExp(`/runs/${id}/what-if`));
  const note = page.getByRole('region', { name: 'How far to trust this' });
  await expect(note).toContainText('With the run’s own settings it reproduces the ready pods to within');
  await expect(page.locator('[data-changed="0"]')).toBeVisible();
  const charts = page.getByRole('region', { name: 'Charts of the replay' });
  await expect(charts).toContainText('observed');
  expect((await note.boundingBox())!.y).toBeLessThan((await charts.boundingBox())!.y);
  const { fidelity } = whatIfResultSchema.parse(
    await (await request.post(`/api/runs/${id}/what-if`, { data: {} })).json(),
  );
  await expect(note).toContainText(`${fidelity!.comparedSeconds} s`);
  await expect(note).toContainText(`${fidelity!.readyPodsMeanAbsoluteError!.toFixed(2)} pods`);
});

test('a changed setting shows at once, is in the address, and can be undone', async ({ page }) => {
  await open(page);
  const figure = page.getByRole('region', { name: 'Figures' }).getByRole('row', { name: /^Most ready pods/ });
  const before = await figure.textContent();
  await setting(page, 'maxScale').getByRole('textbox').fill('2');
  await expect(page).toHaveURL(/\?maxScale=2$/);
  await expect(page.locator('[data-changed="1"]')).toBeVisible();
  await expect(page.locator('[data-chart=pods]')).toContainText('changed settings');
  await expect(figure).not.toHaveText(before!);
  await expect(figure).toContainText('▼');
  const after = await figure.textContent();
  await page.reload();
  await expect(setting(page, 'maxScale').getByRole('textbox')).toHaveValue('2');
  await expect(figure).toHaveText(after!);
  await page.getByRole('button', { name: 'Undo all changes' }).click();
  await expect(page).toHaveURL(/\/what-if$/);
  await expect(figure).toHaveText(before!);
});

test('what Knative would refuse is refused at its field, with Knative’s meaning', async ({ page }) => {
  await open(page);
  const target = setting(page, 'target').getByRole('textbox');
  await target.fill('0.001');
  await expect(setting(page, 'target').getByRole('alert')).toHaveText('target 0.001 should be at least 0.01');
  await expect(target).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('[data-refused]')).toContainText('autoscaling.knative.dev/target');
  await expect(target).toHaveValue('0.001');
  await target.fill('many');
  await expect(setting(page, 'target').getByRole('alert')).toContainText('number');
  await target.fill('4');
  await expect(setting(page, 'target').getByRole('alert')).toHaveCount(0);
  await expect(page.locator('[data-refused]')).toHaveCount(0);
});

test('a sweep’s points are on the Pareto plot; a click on one opens its replay', async ({ page }) => {
  await open(page);
  await sweep(page);
  await expect(page.locator('[data-front]').first()).toBeVisible();
  const best = page.locator('[data-front]').filter({ hasText: 'suggested' });
  await expect(best).toHaveCount(1);
  for (const mark of ['own settings', 'suggested', 'best for its pods'])
    await expect(
      page.getByRole('region', { name: 'Sweep' }).getByRole('listitem').filter({ hasText: mark }),
    ).toBeVisible();
  const plot = page.locator('[data-pareto] canvas');
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const read = page.locator('[data-read] .font-medium');
  const found = await (async () => {
    for (let y = box.height - 50; y > 10; y -= 24) {
      for (let x = 60; x < box.width; x += 24) {
        await page.mouse.move(box.x + x, box.y + y);
        if (await read.count()) return { x: box.x + x, y: box.y + y };
      }
    }
    return null;
  })();
  expect(found).not.toBeNull();
  const [, utilization, minScale] = /^Target utilization, % (\d+), Min scale (\d+)$/.exec(
    (await read.textContent())!,
  )!;
  await page.mouse.click(found!.x, found!.y);
  await expect(page).toHaveURL(new RegExp(`targetUtilizationPercent=${utilization}&minScale=${minScale}$`));
  await expect(setting(page, 'minScale').getByRole('textbox')).toHaveValue(minScale!);
  await expect(page.locator('[data-chart=pods]')).toContainText('changed settings');
  await best.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByText('Opened above.')).toBeVisible();
  await page.getByRole('radio', { name: 'p99 wait' }).check({ force: true });
  await expect(page.locator('[data-front]').filter({ hasText: 'suggested' })).toHaveCount(1);
});

test('copied annotations are the YAML of what is shown', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, '?minScale=3&target=4');
  await expect(page.locator('[data-yaml]')).toContainText("autoscaling.knative.dev/min-scale: '3'");
  await page.getByRole('button', { name: 'Copy as annotations' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeAttached();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await page.locator('[data-yaml]').textContent());
  expect(copied).toContain("autoscaling.knative.dev/target: '4'");
});

async function fillIn(page: Page, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: 'Demand' });
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

test('a wrong line of a file is named by its number, with nothing typed lost', async ({ page }) => {
  await page.goto('/what-if');
  await fillIn(page, 'time,concurrency\n2026-01-05T09:00:00Z,4\n2026-01-05T09:00:15Z,lots\n');
  await page.getByLabel('Service time, ms').fill('120');
  await page.getByLabel('Annotations of the service').fill('autoscaling.knative.dev/max-scale: 7');
  await page.getByRole('button', { name: 'Replay' }).click();
  await expect(page.getByRole('main').getByRole('alert').filter({ hasText: 'line 3' })).toContainText(
    '"lots" is no concurrency',
  );
  await expect(page.getByRole('textbox', { name: 'Demand' })).toContainText('09:00:15Z,lots');
  await expect(page.getByLabel('Service time, ms')).toHaveValue('120');
  await expect(page.getByLabel('Annotations of the service')).toHaveValue(
    'autoscaling.knative.dev/max-scale: 7',
  );
  await fillIn(
    page,
    'time,concurrency\n2026-01-05T09:00:00Z,4\n2026-01-05T09:00:15Z,30\n2026-01-05T09:00:30Z,\n2026-01-05T09:00:45Z,5\n2026-01-05T09:01:00Z,5\n',
  );
  await page.getByRole('button', { name: 'Replay' }).click();
  await expect(page.locator('[data-holes="1"]')).toContainText('1 hole in the demand');
  await expect(page.locator('[data-yaml]')).toContainText("autoscaling.knative.dev/max-scale: '7'");
  await page.getByRole('button', { name: 'Change the demand' }).click();
  await expect(page.getByRole('textbox', { name: 'Demand' })).toContainText('09:01:00Z,5');
  await expect(page.getByLabel('Service time, ms')).toHaveValue('120');
});

test('a large sweep shows how far it is and can be cancelled', async ({ page }) => {
  await page.goto('/what-if');
  await page.getByRole('button', { name: 'Fill in an example' }).click();
  await page.getByRole('button', { name: 'Replay' }).click();
  await expect(page.locator('[data-holes="1"]')).toBeVisible();
  await vary(page, 0, 'minScale', Array.from({ length: 20 }, (_, at) => at).join(','));
  await vary(page, 1, 'targetUtilizationPercent', Array.from({ length: 50 }, (_, at) => at + 50).join(','));
  await vary(page, 2, 'stableWindowSeconds', Array.from({ length: 20 }, (_, at) => 60 + 10 * at).join(','));
  await expect(page.locator('[data-size]')).toHaveText('20,000 configurations');
  await page.getByRole('button', { name: 'Run the sweep' }).click();
  await expect(page.getByRole('progressbar', { name: 'Sweep' })).not.toHaveAttribute('aria-valuenow', '0');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('[data-sweep=cancelled]')).toContainText(
    /^Cancelled after [\d,]+ configurations\.$/,
  );
  await vary(page, 2, 'stableWindowSeconds', Array.from({ length: 21 }, (_, at) => 60 + 10 * at).join(','));
  await expect(page.locator('[data-size]')).toContainText('21,000 > 20,000');
  await expect(page.getByRole('button', { name: 'Run the sweep' })).toBeDisabled();
});

for (const width of [1440, 390]) {
  test(`the what-if is sound at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(page);
    await sweep(page);
    await setting(page, 'target').getByRole('textbox').fill('0.001');
    await expect(page.locator('[data-refused]')).toBeVisible();
    await expectSound(page);
    await page.goto('/what-if');
    await page.getByRole('button', { name: 'Fill in an example' }).click();
    await expectSound(page);
  });
}
