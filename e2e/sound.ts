import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Longer than any colour's transition: half-way colours are nobody's. */
const settleMs = 300;

/** No accessibility violation of WCAG 2.2 AA, in light and in dark, and nothing wider than the window. */
export async function expectSound(page: Page): Promise<void> {
  await showIn(page, 'light');
  await expectNoViolation(
    page,
    axeOf(page).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']),
  );
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(1);
  await showIn(page, 'dark');
  // Only colours differ.
  await expectNoViolation(page, axeOf(page).withRules(['color-contrast']));
}

/** Only violations are described, and in the page itself: there are no frames of other sites, for which axe opens a second page. */
const axeOf = (page: Page): AxeBuilder =>
  new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();

async function showIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  if (await page.evaluate((scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches, colorScheme))
    return;
  await page.emulateMedia({ colorScheme });
  await page.waitForTimeout(settleMs);
}

async function expectNoViolation(page: Page, axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze();
  const scheme = await page.evaluate(() =>
    matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  );
  expect(
    violations.map((v) => `${scheme} ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`),
  ).toEqual([]);
}
