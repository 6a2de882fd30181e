import { readdirSync } from 'node:fs';
import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { test } from './test';
import { Processes } from '@/scripts/processes';
import { apiOf, applyTutorial, untilEnded } from './api';
import { dashboardPort } from './ports';
import { password, startSignedIn } from './signed-in';

test.describe.configure({ mode: 'serial' });

const port = dashboardPort + 24;
const baseURL = `http://127.0.0.1:${port}`;
const processes = new Processes();

/** What only runners may read: variables by any name, and a header that stands in the script. */
const secrets = {
  MY_KEY: 'k-Zq81/xx é?&=+7',
  SESSION: 'sess_77ab12',
  PIN: 'pz4711',
  LOGIN: 'margarete',
  header: 'hdr-0a9b8c7d',
};
const { header, ...env } = secrets;

/** A load that carries its secrets to all places where a script can. */
const script = (seconds: number): string => `
import http from 'k6/http';
import encoding from 'k6/encoding';
import { check, group } from 'k6';
const { MY_KEY, SESSION, PIN, LOGIN, TARGET_URL, HOST } = __ENV;
const headers = { Host: HOST, 'X-Tenant': '${header}', Authorization: 'Bearer ' + MY_KEY, Cookie: 'sid=' + SESSION };
export const options = {
  tags: { who: LOGIN },
  scenarios: { main: { executor: 'constant-arrival-rate', rate: 10, duration: '${seconds}s', preAllocatedVUs: 10, env: { SESSION } } },
  thresholds: { ['http_req_duration{tenant:' + SESSION + '}']: ['p(95)<60000'] },
};
export default () => {
  group('of ' + SESSION, () => {
    const answer = http.get(TARGET_URL + '/?key=' + encodeURIComponent(MY_KEY), { headers, tags: { name: 'shop ' + PIN, tenant: SESSION } });
    check(answer, { ['ok for ' + PIN]: ({ status }) => status === 200 });
    console.log('used ' + MY_KEY + ' ' + PIN + ' ' + encoding.b64encode(SESSION) + ' ' + encodeURIComponent(MY_KEY));
  });
};
export const handleSummary = () => ({ ['of-' + LOGIN + '.txt']: LOGIN });
`;

let admin: APIRequestContext;
let runId = '';
let otherId = '';
let serviceId = '';
let token = '';

async function start(seconds: number): Promise<string> {
  const body = {
    serviceId,
    scriptName: 'secretive',
    scriptText: script(seconds),
    env,
    name: `Load of ${secrets.LOGIN}`,
    tags: [`of ${secrets.SESSION}`],
  };
  return (await apiOf(admin)('POST /api/runs', { body })).run.id;
}

/** The secrets that a text tells, in whatever form. */
function told(text: string): string[] {
  return Object.entries(secrets).flatMap(([name, value]) => {
    const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
    const html = value.replaceAll('&', '&amp;');
    const forms = [value, html, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64];
    return forms.some((form) => text.includes(form)) ? [name] : [];
  });
}

/** Notes each answer and each event that a page gets, and can tell what stands in the page. */
async function watch(
  page: Page,
): Promise<{ told: () => Promise<string[]>; answers: () => number; events: () => number }> {
  const found: string[] = [];
  const reading: Promise<unknown>[] = [];
  let [answers, events] = [0, 0];
  page.on('response', (answer) => {
    const what = `${answer.request().method()} ${new URL(answer.url()).pathname}`;
    if (/\/events|\/_next\/static\//.test(what)) return;
    reading.push(
      answer.text().then(
        (text) => {
          answers++;
          found.push(...told(text).map((name) => `${name} in ${what}`));
        },
        // A redirect has no body, and one that was left is not read.
        () => undefined,
      ),
    );
  });
  const browser = await page.context().newCDPSession(page);
  await browser.send('Network.enable');
  browser.on('Network.eventSourceMessageReceived', ({ data }) => {
    events++;
    found.push(...told(data).map((name) => `${name} in an event`));
  });
  return {
    answers: () => answers,
    events: () => events,
    async told() {
      await Promise.all(reading);
      const shown = await page.evaluate(() => [
        document.documentElement.outerHTML,
        document.documentElement.innerText,
        document.title,
        ...[...document.querySelectorAll('input, textarea')].map((one) => (one as HTMLInputElement).value),
      ]);
      return [...found, ...shown.flatMap(told).map((name) => `${name} on ${page.url()}`)];
    },
  };
}

/** All that a run's page shows, tab by tab. */
async function readRun(page: Page): Promise<void> {
  const distribution = page.locator('[data-distribution]');
  await distribution.scrollIntoViewIfNeeded();
  await expect(distribution.locator('canvas')).toBeVisible();
  for (const name of ['Decisions', 'k6', 'Log', 'Script and options', 'Scale events']) {
    await page.getByRole('tab', { name, exact: true }).click();
    await page.waitForLoadState('networkidle');
  }
}

test.use({ baseURL });

test.beforeAll(async () => {
  admin = await startSignedIn(processes, { name: 'masking', port, users: { vi: 'viewer' } });
  serviceId = await applyTutorial(admin, 'masking');
  runId = await start(3);
  otherId = await start(3);
  for (const id of [runId, otherId]) expect((await untilEnded(admin, id)).state).toBe('finished');
  const saved = await admin.put('/api/scripts/kept', { data: { body: script(3) } });
  expect(saved.status()).toBe(200);
  const body = { runs: [runId], notes: true, title: `With ${secrets.SESSION}` };
  token = (await apiOf(admin)('POST /api/shares', { body })).share.token;
});
test.afterAll(async () => {
  await admin?.dispose();
  await processes.stopAll();
});

test('the secrets are where the walk looks: a runner is told each', async () => {
  const all = ['', '/log', '/recording', '/metrics'].map(async (part) =>
    (await admin.get(`/api/runs/${runId}${part}`)).text(),
  );
  const texts = await Promise.all(all);
  expect(texts.map((text) => told(text).length > 0)).toEqual([true, true, true, true]);
  expect(told(texts.join('\n')).sort()).toEqual(Object.keys(secrets).sort());
});

test('a viewer opens every page, and a run while it goes on: no secret is in a page, an answer or an event', async ({
  page,
}) => {
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill('vi');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${baseURL}/`);
  const seen = await watch(page);

  const addresses: Record<string, string[]> = {
    '/': ['/', '/?q=Load'],
    '/runs/[id]': [`/runs/${runId}`],
    '/runs/[id]/what-if': [`/runs/${runId}/what-if`],
    '/runs/new': [`/runs/new?from=${runId}`],
    '/compare': [`/compare?runs=${runId},${otherId}`],
    '/services/[id]/board': [`/services/${serviceId}/board`],
    '/share/[token]': [],
    '/sign-in': [],
  };
  const pages = readdirSync('app', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('page.tsx'))
    .map((file) => `/${file.replace(/\/?page\.tsx$/, '')}`);
  for (const one of pages) {
    for (const address of addresses[one] ?? [one]) {
      expect(address, 'how this page is opened').not.toContain('[');
      await page.goto(address);
      await page.waitForLoadState('networkidle');
      if (one === '/runs/[id]') await readRun(page);
      expect(await seen.told(), address).toEqual([]);
    }
  }
  // By links within the dashboard, pages come as React's payload.
  await page.goto('/');
  await page
    .getByRole('link', { name: /^Load of/ })
    .first()
    .click();
  await page.waitForURL(/\/runs\/[\w-]+$/);
  await page.waitForLoadState('networkidle');

  const live = await start(15);
  await page.goto(`/runs/${live}`);
  await expect.poll(() => seen.events(), { timeout: 40_000 }).toBeGreaterThan(8);
  await page.getByRole('tab', { name: 'Log' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('used ••••••');
  expect(await seen.told()).toEqual([]);
  expect(seen.answers()).toBeGreaterThan(30);
  await untilEnded(admin, live);
});

test('who has a link reads the run, and one that goes on: no secret is in the page, an answer or an event', async ({
  browser,
}) => {
  const live = await start(15);
  const made = await apiOf(admin)('POST /api/shares', { body: { runs: [live], notes: true } });
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  const seen = await watch(page);
  await page.goto(`/share/${made.share.token}`);
  await expect.poll(() => seen.events(), { timeout: 40_000 }).toBeGreaterThan(8);
  expect(await seen.told()).toEqual([]);
  await page.goto(`/share/${token}`);
  await readRun(page);
  await page.getByRole('tab', { name: 'Script and options' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('••••••');
  expect(await seen.told()).toEqual([]);
  await context.close();
  await untilEnded(admin, live);
});
