import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './e2e/chromium';
import { dashboardPort } from './e2e/ports';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  timeout: 120_000,
  // Patience, not a claim: on two loaded cores a page may take this long.
  expect: { timeout: 20_000 },
  // Each story has services of its own in the one lab, and mostly waits: three share two cores well.
  workers: 3,
  // A story that fails once and passes when told again is reported as flaky; one that is wrong fails each time.
  retries: process.env.CI ? 2 : 0,
  fullyParallel: false,
  globalSetup: './e2e/global-setup.ts',
  // A first visit has no run yet: it comes before all that make some. The longest file begins before the others: it would end alone.
  projects: [
    { name: 'first visit', testMatch: 'first-visit.spec.ts' },
    { name: 'longest', testMatch: 'sign-in.spec.ts', dependencies: ['first visit'] },
    {
      name: 'pages',
      testIgnore: ['first-visit.spec.ts', 'sign-in.spec.ts'],
      dependencies: ['first visit'],
    },
  ],
  use: {
    baseURL: `http://127.0.0.1:${dashboardPort}`,
    trace: 'retain-on-failure',
    launchOptions: chromiumOptions,
  },
});
