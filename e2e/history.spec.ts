import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { test } from './test';
import { apiOf, applyTutorial, deleteRuns, startTutorial, untilEnded } from './api';
import { expectSound } from './sound';

test.describe.configure({ mode: 'serial' });

let runIds: string[] = [];

test.beforeAll(async ({ request }) => {
  await deleteRuns(request, 'service=history');
  for (const script of ['my tutorial', 'ours']) await request.delete(`/api/scripts/${script}`);
  await apiOf(request)('PUT /api/settings/retention', { body: { thin: null, remove: null } });
  const serviceId = await applyTutorial(request, 'history');
  for (const [index, tags] of [
    ['history-a', 'shared'],
    ['history-b', 'shared'],
  ].entries()) {
    const { id } = await startTutorial(request, serviceId, 300);
    await untilEnded(request, id);
    await request.patch(`/api/runs/${id}`, { data: { name: `History ${index + 1}`, tags } });
    runIds = [...runIds, id];
  }
});

const rows = (page: Page) => page.locator('tbody tr');
const namesOf = async (request: APIRequestContext, search: string): Promise<string[]> =>
  ((await (await request.get(`/api/runs?${search}`)).json()) as { runs: { name: string }[] }).runs.map(
    ({ name }) => name,
  );

test('the list is filtered by service, tag and text, all in the address', async ({ page }) => {
  await page.goto('/');
  const search = page.getByRole('search');
  await search.getByLabel('Service', { exact: true }).selectOption('history');
  await expect(page).toHaveURL(/service=history/);
  await expect(rows(page)).toHaveCount(2);
  await search.getByLabel('Tag').selectOption('history-b');
  await expect(page).toHaveURL(/tag=history-b/);
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(search.getByLabel('Tag')).toHaveValue('history-b');
  await expect(rows(page)).toContainText(['History 2']);
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('history 1');
  await expect(page).toHaveURL(/q=history\+1/);
  await expect(rows(page)).toHaveCount(1);
  await search.getByLabel('When').selectOption('7d');
  await expect(page).toHaveURL(/since=7d/);
  await expect(rows(page)).toHaveCount(1);
  await search.getByLabel('When').selectOption('days');
  await search.getByLabel('To day').fill('2020-01-31');
  await expect(page).toHaveURL(/toMs=\d+/);
  await expect(page.getByRole('heading', { name: 'No run matches this filter.' })).toBeVisible();
  await expectSound(page);
});

test('a column’s head sorts', async ({ page }) => {
  await page.goto('/?service=history');
  await page.getByRole('link', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('columnheader', { name: 'Run', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await expect(rows(page).first()).toContainText('History 2');
  await page.getByRole('columnheader', { name: 'Run', exact: true }).getByRole('link').click();
  await expect(rows(page).first()).toContainText('History 1');
});

test('chosen runs are tagged, compared, deleted, and a deletion is taken back', async ({ page, request }) => {
  await page.goto('/?service=history');
  await page.getByLabel('Select all runs of this page').check();
  const bar = page.getByRole('region', { name: 'Selected runs' });
  await expect(bar).toContainText('2 selected');
  await bar.getByRole('button', { name: 'Tags…' }).click();
  await page.getByLabel('Add', { exact: true }).fill('weekly');
  await page.getByLabel('Take off').fill('shared');
  await page.getByRole('button', { name: 'Save' }).click();
  // A row shows the first of its tags, and names the others where it counts them.
  await expect(rows(page).first().getByTitle('weekly')).toHaveText('+1');
  expect(await namesOf(request, 'tag=shared')).toEqual([]);
  expect(await namesOf(request, 'tag=weekly')).toHaveLength(2);
  await expectSound(page);

  await bar.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'No run matches this filter.' })).toBeVisible();
  expect((await request.get(`/api/runs/${runIds[0]}`)).status()).toBe(404);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page)).toHaveCount(2);
  expect((await request.get(`/api/runs/${runIds[0]}`)).status()).toBe(200);

  await rows(page).getByLabel('Select History 1').check();
  await expect(bar.getByRole('button', { name: 'Compare' })).toBeDisabled();
  await rows(page).getByLabel('Select History 2').check();
  await bar.getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL(new RegExp(`/compare\\?runs=${runIds[0]},${runIds[1]}`));
});

test('notes, tags and name are changed where they stand; what cannot be saved stays', async ({ page }) => {
  await page.goto(`/runs/${runIds[0]}`);
  await page.getByRole('button', { name: 'Add notes' }).click();
  const notes = page.getByLabel('Notes', { exact: true });
  await notes.fill('Gateway v2, see http://127.0.0.1/changes.');
  await page.route(`**/api/runs/${runIds[0]}`, (route) => route.abort());
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Scaletrace did not answer');
  await expect(notes).toHaveValue(/Gateway v2/);
  await page.unroute(`**/api/runs/${runIds[0]}`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(
    page.locator('[data-run-notes]').getByRole('link', { name: 'http://127.0.0.1/changes', exact: true }),
  ).toBeVisible();
  const tags = page.locator('[data-run-tags]');
  await tags.getByRole('button', { name: 'Add a tag' }).click();
  await page.keyboard.type('release, checked');
  await page.keyboard.press('Enter');
  await expect(tags).toContainText('checked');
  await tags.getByRole('button', { name: 'Take off the tag release' }).click();
  await expect(tags).not.toContainText('release');
  await page.reload();
  await expect(page.locator('[data-run-notes]')).toContainText('Gateway v2');
  await expect(tags).toContainText('checked');
  await expectSound(page);
});

test('a run is deleted from its page and taken back', async ({ page }) => {
  await page.goto(`/runs/${runIds[1]}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.waitForURL(`/runs/${runIds[1]}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('History 2');
});

test('retention says what it would do now before it is saved', async ({ page, request }) => {
  await page.goto('/settings');
  const effect = page.locator('[data-retention-effect]');
  await expect(effect).toContainText('thin 0 runs and delete 0 runs');
  await page.getByLabel('Thin old runs').check();
  await page.getByLabel('Seconds a step').fill('1');
  await expect(page.locator('#stepSeconds-error')).toContainText('2 to 600');
  await page.getByLabel('Seconds a step').fill('10');
  await expect(effect).toContainText('Now this would thin 0 runs');
  await expectSound(page);
  await page.getByRole('region', { name: 'Old runs' }).getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('[data-toast]')).toContainText('Saved');
  const saved = (await (await request.get('/api/settings/retention')).json()) as unknown;
  expect(saved).toEqual({ retention: { thin: { afterDays: 30, stepSeconds: 10 }, remove: null } });
  await request.put('/api/settings/retention', { data: { thin: null, remove: null } });
});

test('a service is edited by hand and read anew from the cluster', async ({ page }) => {
  await page.goto('/services');
  const card = page.locator('[data-service=history]');
  await card.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('containerConcurrency').fill('many');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#edit-containerConcurrency-error')).toContainText('0 (no limit) to 1000');
  await dialog.getByLabel('containerConcurrency').fill('7');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(card).toContainText('containerConcurrency 7');
  await card.getByRole('button', { name: 'Read anew' }).click();
  await expect(card).toContainText('containerConcurrency 5');
  const connection = card.getByRole('button', { name: 'Test connection' });
  await connection.focus();
  await page.keyboard.press('Enter');
  await expect(card.locator('[data-check=pods]')).toContainText(/\d+ pods? now/);
  await expect(connection).toBeFocused();
});

test('a script is saved from the new run, renamed and deleted', async ({ page }) => {
  await page.goto('/runs/new?script=tutorial');
  await page.getByRole('button', { name: 'Edit script' }).click();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// mine\n');
  await page.getByRole('button', { name: 'Save to the scripts' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('ships with Scaletrace');
  await dialog.getByLabel('Name').fill('my tutorial');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.goto('/scripts');
  await page.locator('[data-script="my tutorial"]').getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('ours');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const row = page.locator('[data-script=ours]');
  await expect(row).toHaveAttribute('data-new', 'true');
  await row.getByRole('button', { name: 'Delete' }).click();
  await expect(row).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeVisible();
  await row.getByRole('button', { name: 'Delete' }).click();
  await expect(row).toBeHidden();
});

for (const width of [1440, 390]) {
  test(`services, scripts and settings are sound at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/?service=history', '/services', '/scripts', '/settings']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectSound(page);
    }
  });
}
