import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { expect, type Page } from '@playwright/test';
import { test } from './test';
import { apiOf, applyTutorial, startTutorial, untilEnded } from './api';
import { dashboardPort } from './ports';

test.describe.configure({ mode: 'serial' });

/** Every page as Next finds it: `/runs/[id]` for `app/runs/[id]/page.tsx`. */
const pages = readdirSync('app', { recursive: true, encoding: 'utf8' })
  .filter((file) => file === 'page.tsx' || file.endsWith('/page.tsx'))
  .map((file) => `/${file.replace(/\/?page\.tsx$/, '')}`)
  .sort();

/** What a pattern's parameters are here, and what its query must have for the page to show all it can. */
let addresses: Record<string, string[]> = {};

/** Collects what the browser says of its policy, and all else that it calls an error. */
async function watched(page: Page): Promise<string[]> {
  const seen: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || /content security policy/i.test(message.text()))
      seen.push(message.text());
  });
  page.on('pageerror', (error) => seen.push(error.message));
  await page.exposeFunction('policyViolated', (what: string) => seen.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { policyViolated } = window as unknown as { policyViolated: (what: string) => void };
      policyViolated(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
      );
    });
  });
  return seen;
}

test.beforeAll(async ({ request }) => {
  const serviceId = await applyTutorial(request, 'policy');
  const runs: string[] = [];
  for (const requests of [2000, 1500]) {
    const { id } = await startTutorial(request, serviceId, requests);
    expect((await untilEnded(request, id)).state).toBe('finished');
    runs.push(id);
  }
  const [first, second] = runs as [string, string];
  const api = apiOf(request);
  const shared = async (of: string[], password: string | null): Promise<string> => {
    const body = { runs: of, title: '', search: '', notes: true, expiresAtMs: null, password };
    return `/share/${(await api('POST /api/shares', { body })).share.token}`;
  };
  addresses = {
    '/runs/[id]': ['', 'events', 'decisions', 'k6', 'log', 'script', 'what-if']
      .map((tab) => `/runs/${first}${tab === '' ? '' : `?tab=${tab}`}`)
      .concat('/runs/nowhere'),
    '/runs/[id]/what-if': [`/runs/${first}/what-if`],
    '/services/[id]/board': [`/services/${serviceId}/board`],
    '/share/[token]': [
      await shared([first], null),
      await shared([first, second], null),
      await shared([first], 'open sesame'),
    ],
    '/compare': ['/compare', `/compare?runs=${first},${second}`],
    '/trends': [`/trends?service=policy&script=tutorial`],
    '/sign-in': ['/sign-in'],
  };
});

test('no page breaks its policy, in light or in dark', async ({ page }) => {
  test.setTimeout(300_000);
  const seen = await watched(page);
  const schemes = ['light', 'dark'] as const;
  for (const [index, pattern] of pages.filter((one) => !one.startsWith('/api/')).entries()) {
    expect(pattern.includes('[') && !(pattern in addresses), `an address for ${pattern}`).toBe(false);
    for (const address of addresses[pattern] ?? [pattern]) {
      // Each is opened in one and goes over to the other, in turns: that a page begins in either is the layout's.
      const [first, second] = index % 2 === 0 ? schemes : schemes.toReversed();
      await page.emulateMedia({ colorScheme: first });
      await page.goto(address);
      await expect(page.getByRole('heading').first()).toBeVisible();
      await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${first}\\b`));
      await page.emulateMedia({ colorScheme: second });
      await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${second}\\b`));
      const failed = seen.splice(0).filter((text) => !/status of 404/.test(text));
      expect(failed, `${address}, ${first} and ${second}`).toEqual([]);
    }
  }
});

test('what a page adds later keeps its policy too: menus, dialogs, the editor, pictures, another theme', async ({
  page,
}) => {
  const seen = await watched(page);
  const [run = ''] = addresses['/runs/[id]'] ?? [];
  await page.goto(`${run.replace(/\?.*/, '')}?tab=script`);
  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitemradio', { name: '繁體中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hant');
  await page.locator('header button[title="語言"]').click();
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  // The refresh brought another answer's nonce.
  for (const theme of ['Dark', 'Light']) {
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: theme }).click();
    await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${theme.toLowerCase()}\\b`));
  }
  const editor = page.locator('.cm-editor').first();
  await expect(editor).toBeVisible();
  // Its own styles are there: without them the gutter would stand above the text.
  await expect(editor.locator('.cm-scroller')).toHaveCSS('display', 'flex');
  await page.goto(run);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save Pods as PNG' }).click();
  await download;
  expect(seen).toEqual([]);
});

test('a link that has ended says so in its own style', async ({ page }) => {
  const seen = await watched(page);
  await page.goto(`/share/${'x'.repeat(32)}`);
  await expect(page.locator('main')).toHaveCSS('text-align', 'center');
  expect(seen.filter((text) => !/status of 404/.test(text))).toEqual([]);
});

test.describe('a foreign page', () => {
  let foreign: Server;
  let address = '';
  test.beforeAll(async () => {
    const body = `<title>evil</title><iframe src="http://127.0.0.1:${dashboardPort}/"></iframe>`;
    foreign = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end(body),
    ).listen(0, '127.0.0.1');
    await new Promise((resolve) => foreign.once('listening', resolve));
    // Another site, as any address of the internet is.
    address = `http://evil.localhost:${(foreign.address() as AddressInfo).port}/`;
  });
  test.afterAll(() => {
    foreign.close();
    foreign.closeAllConnections();
  });

  test('cannot frame the dashboard', async ({ page }) => {
    const refused = page.waitForEvent('console', (message) =>
      /frame-ancestors|X-Frame-Options/i.test(message.text()),
    );
    await page.goto(address);
    await refused;
    const frame = page.frames().find((one) => one !== page.mainFrame());
    expect(await frame?.evaluate(() => document.body?.innerText ?? '')).not.toContain('Scaletrace');
  });

  test('reads nothing of it, and changes nothing', async ({ page }) => {
    await page.goto(address);
    const ask = (path: string, init: RequestInit): Promise<string> =>
      page.evaluate(
        ({ url, given }) =>
          fetch(url, given).then(
            (answer) => `${answer.type} ${answer.status}`,
            () => 'refused',
          ),
        { url: `http://127.0.0.1:${dashboardPort}${path}`, given: init },
      );
    expect(await ask('/api/runs', {})).toBe('refused');
    expect(await ask('/api/runs', { mode: 'no-cors' })).toBe('refused');
    const text = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"ids":["x"]}' };
    expect(await ask('/api/runs/delete', text)).toBe('refused');
  });
});
