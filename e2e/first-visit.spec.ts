import { expect } from '@playwright/test';
import { test } from './test';
import { apiOf, deleteRuns, untilEnded } from './api';
import { expectSound } from './sound';

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ request }) => {
  await deleteRuns(request);
  const api = apiOf(request);
  for (const { id } of (await api('GET /api/services')).services)
    await api('DELETE /api/services/{id}', { params: { id } });
});

test('an empty history says what to do next', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'No run yet' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('deploy/helloworld-go.yaml');
  await expectSound(page);
});

test('one click applies the tutorial’s service and starts the demo run', async ({ page, request }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Start the demo’s run' }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  const id = page.url().split('/').at(-1)!.split('?')[0]!;
  const stopped = await request.post(`/api/runs/${id}/stop`, { data: { mode: 'graceful' } });
  expect(stopped.status()).toBe(202);
  expect((await untilEnded(request, id)).state).toBe('stopped');
});
