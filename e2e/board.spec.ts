import { expect } from '@playwright/test';
import { test } from './test';
import { apiOf, applyTutorial, startTutorial, untilEnded } from './api';

test('a service is watched without a load of its board’s, told by the time of day, and a stretch of it is kept as a run', async ({
  page,
}) => {
  const { request } = page;
  const id = await applyTutorial(request, 'board');
  await page.goto('/services');
  await page.getByRole('region', { name: 'board', exact: true }).getByRole('link', { name: 'Board' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing was watched in this time' })).toBeVisible();
  await page.getByRole('button', { name: 'Watch', exact: true }).click();
  await expect(page.locator('[data-chart] canvas')).toHaveCount(2, { timeout: 30_000 });
  await expect(page.locator('[data-board-state]')).toHaveText('Live');

  await untilEnded(request, (await startTutorial(request, id, 3000)).id);
  // The run is no part of it: the board saw its pods by itself.
  await page.locator('[data-incident-row]').last().click({ timeout: 30_000 });
  await expect(page.locator('[data-incident-sentence]')).toContainText('Load rose from 0');
  // Its scale events are inside.
  await expect(page.locator('[data-incident-open] table tbody tr').first()).toContainText(
    /\d\d:\d\d:\d\d\.\d/,
  );
  await expect(page.locator('[data-reading-at]').last()).toHaveText(/^\d\d:\d\d:\d\d\.\d$/);

  await page.getByRole('button', { name: 'Keep as a run' }).click();
  const name = page.getByRole('textbox', { name: 'Name' });
  await expect(name).toHaveValue(/^board, \d\d:\d\d:\d\d – \d\d:\d\d:\d\d$/);
  await name.fill('What the board saw');
  await page.getByRole('dialog').getByRole('button', { name: 'Keep as a run' }).click();
  await expect(page.getByRole('heading', { name: 'What the board saw' })).toBeVisible({ timeout: 30_000 });
  const kept = page.url().split('/').at(-1)!;
  const { run } = await apiOf(request)('GET /api/runs/{id}', { params: { id: kept } });
  expect(run).toMatchObject({ state: 'finished', figures: { requests: null } });
  expect(run.figures.peakReadyPods).toBeGreaterThan(1);

  await page.goto(`/services/${id}/board?minutes=60`);
  await page.getByRole('button', { name: 'Stop watching' }).click();
  await expect(page.locator('[data-board-state]')).toHaveText('Not watched');
});
