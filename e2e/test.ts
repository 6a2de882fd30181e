import { test as base, type Page } from '@playwright/test';

/**
 * Playwright's test, whose page counts as opened once all that the server streams has taken its place. Until then a part
 * can stand twice, once of them hidden, and a place that is meant is not the only one.
 */
export const test = base.extend({
  page: async ({ page }, provide) => {
    const goto = page.goto.bind(page);
    const reload = page.reload.bind(page);
    page.goto = async (...args) => inPlace(page, await goto(...args));
    page.reload = async (...args) => inPlace(page, await reload(...args));
    await provide(page);
  },
});

async function inPlace<T>(page: Page, answer: T): Promise<T> {
  await page
    .waitForFunction(() => document.querySelector('div[hidden][id^="S:"]') === null, null, { timeout: 2000 })
    // A page that stands for another, as where a run is not found, keeps what was streamed for it.
    .catch(() => undefined);
  return answer;
}
