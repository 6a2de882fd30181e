/**
 * `npx tsx scripts/pictures.ts ADDRESS-OF-A-RUN`: the pictures of README.md, taken of a running dashboard: a run's page
 * at 1440 and 390 px, light and dark.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumOptions } from '@/e2e/chromium';
import { projectRoot } from '@/lib/environment/paths';
import { findChromium } from './setup/chromium.mjs';

const sizes = [
  { width: 1440, height: 1300 },
  { width: 390, height: 844 },
];

const address = process.argv[2];
if (!address || !/^http:\/\/(127\.0\.0\.1|localhost):\d+\/runs\/\S+$/.test(address)) {
  console.error('usage: npx tsx scripts/pictures.ts http://127.0.0.1:PORT/runs/ID');
  process.exit(2);
}
const folder = join(projectRoot(), 'docs', 'images');
mkdirSync(folder, { recursive: true });
const executablePath = await findChromium(console.log);
const browser = await chromium.launch({ ...chromiumOptions, executablePath });
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of sizes) {
      const page = await browser.newPage({
        viewport,
        colorScheme,
        locale: 'en-GB',
        deviceScaleFactor: viewport.width < 500 ? 2 : 1,
      });
      await page.goto(address);
      await page.locator('canvas').first().waitFor();
      // The charts' first drawing.
      await page.waitForTimeout(1500);
      await page.screenshot({ path: join(folder, `run-${viewport.width}-${colorScheme}.png`) });
      await page.close();
    }
  }
} finally {
  await browser.close();
}
