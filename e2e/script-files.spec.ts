import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { applyTutorial } from './api';
import { test } from './test';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-e2e-files-'));

test.beforeAll(async ({ request }) => {
  await applyTutorial(request, `files-${test.info().workerIndex}`);
  for (const path of ['load/lib', 'load/data', 'load/.git'])
    mkdirSync(join(folder, path), { recursive: true });
  const files: Record<string, string> = {
    'main.ts': `import { users } from './lib/users.ts';
export const options = { vus: users.length, duration: '2s' };
export default function () {}`,
    'lib/users.ts': `export const users = open('../data/users.csv').trim().split('\\n');`,
    'data/users.csv': 'anna\nbert\n',
    '.git/config': 'none of it',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, 'load', path), text);
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Drops what lies at a path of this machine, as from its file manager. */
async function drop(page: Page, path: string): Promise<void> {
  const box = (await page.getByText('Upload a folder', { exact: true }).boundingBox())!;
  const devtools = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', {
      type,
      x: box.x,
      y: box.y,
      data: { items: [], files: [path], dragOperationsMask: 1 },
    });
}

test('a folder is dropped, told what is wrong in which file, and saved to the scripts', async ({ page }) => {
  await page.goto('/runs/new');
  await drop(page, join(folder, 'load'));
  const files = page.locator('[data-script-files]');
  await expect(files.getByRole('listitem')).toHaveCount(3);
  await expect(page.getByText('k6 accepts this script.')).toBeVisible();

  await files.getByRole('button', { name: 'lib/users.ts', exact: true }).click();
  await page.getByRole('textbox', { name: 'lib/users.ts' }).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('wrong(');
  const problems = page.locator('[data-editor-problems]');
  await expect(problems).toContainText('lib/users.ts');
  await expect(problems).toContainText('Line 1');
  for (const _ of 'wrong(') await page.keyboard.press('Backspace');
  await expect(problems).toBeHidden();

  await page.getByRole('button', { name: 'Save to the scripts' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('of several files');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('of several files is saved.', { exact: true })).toBeVisible();
  await page.goto('/scripts');
  const row = page.locator('[data-script="of several files"]');
  await row.getByRole('button', { name: 'Show text' }).click();
  await expect(row.locator('[data-script-files]')).toContainText('data/users.csv');
  await row.getByRole('button', { name: 'Delete' }).click();
  await expect(row).toBeHidden();
});
