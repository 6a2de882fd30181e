import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { applyTutorial, startTutorial, untilEnded } from './api';

test.describe.configure({ mode: 'serial' });

const widths = [1440, 390];

/** No accessibility violation of WCAG 2.2 AA, and nothing wider than the window. */
async function expectSound(page: Page): Promise<void> {
  // Markers of one event lie where its moments are, however close; the table of events has the same (WCAG 2.5.8, Equivalent).
  const { violations } = await new AxeBuilder({ page }).exclude('button[data-event]').withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(1);
}

test('an empty history says what to do next', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectSound(page);
});

test('one click starts the demo run once a service is known', async ({ page, request }) => {
  await applyTutorial(request);
  await page.goto('/');
  await page.getByRole('main').getByRole('button').first().click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  const id = page.url().split('/').at(-1)!.split('?')[0]!;
  const stopped = await request.post(`/api/runs/${id}/stop`, { data: { mode: 'graceful' } });
  expect(stopped.status()).toBe(202);
  expect((await untilEnded(request, id)).state).toBe('stopped');
});

test('a run is shown live, and the same after a reload', async ({ page, request }) => {
  const serviceId = await applyTutorial(request);
  const run = await startTutorial(request, serviceId, 6000);
  await page.goto(`/runs/${run.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(run.name);
  const ended = await untilEnded(request, run.id);
  expect(ended.state).toBe('finished');
  expect(ended.figures.requests).toBe(6000);
  expect(ended.figures.failures).toBe(0);
  const main = page.getByRole('main');
  await expect(main).toContainText('6,000', { timeout: 15_000 });
  await expect(main.locator('canvas').first()).toBeVisible();
  const charts = await main.locator('canvas').count();
  expect(charts).toBeGreaterThanOrEqual(4);
  await page.reload();
  await expect(main).toContainText('6,000');
  await expect(main.locator('canvas')).toHaveCount(charts);
});

for (const scheme of ['light', 'dark'] as const) {
  for (const width of widths) {
    test(`pages are sound in ${scheme} at ${width} px`, async ({ page, request }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      const { runs } = (await (await request.get('/api/runs?state=finished')).json()) as { runs: { id: string }[] };
      for (const path of ['/', `/runs/${runs[0]!.id}`]) {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        if (path !== '/') await expect(page.locator('canvas').first()).toBeVisible();
        await expectSound(page);
      }
    });
  }
}
