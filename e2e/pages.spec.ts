import { expect } from '@playwright/test';
import { test } from './test';
import { applyTutorial, startTutorial, untilEnded } from './api';
import { expectSound } from './sound';

test.describe.configure({ mode: 'serial' });

const widths = [1440, 390];

/** This file's own run: others in the list may be deleted by the stories beside it. */
let runId: string;

test('a run is shown live, and the same after a reload', async ({ page, request }) => {
  const serviceId = await applyTutorial(request);
  const run = await startTutorial(request, serviceId, 6000);
  runId = run.id;
  await page.goto(`/runs/${run.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(run.name);
  await expect(page.locator('[data-chart] canvas')).toHaveCount(5);
  // What pulses, also out of sight, has the browser draw sixty times a second what changes once.
  await expect
    .poll(() =>
      page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length),
    )
    .toBe(0);
  const ended = await untilEnded(request, run.id);
  expect(ended.state).toBe('finished');
  expect(ended.figures.requests).toBe(6000);
  expect(ended.figures.failures).toBe(0);
  const main = page.getByRole('main');
  await expect(main).toContainText('6,000', { timeout: 15_000 });
  await expect(main.locator('[data-chart] canvas').first()).toBeVisible();
  const charts = await main.locator('[data-chart] canvas').count();
  expect(charts).toBeGreaterThanOrEqual(4);
  await page.reload();
  await expect(main).toContainText('6,000');
  await expect(main.locator('[data-chart] canvas')).toHaveCount(charts);
});

for (const width of widths) {
  test(`pages are sound at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/', `/runs/${runId}`, '/runs/nowhere', '/nowhere']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      if (path.endsWith(runId)) await expect(page.locator('[data-chart] canvas').first()).toBeVisible();
      await expectSound(page);
    }
  });
}
