import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, request, type APIRequestContext, type Page } from '@playwright/test';
import { test } from './test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { type OpenApiDocument } from '@/lib/api/openapi';
import { Processes } from '@/scripts/processes';
import { applyTutorial } from './api';
import { dashboardPort } from './ports';
import { password, startSignedIn } from './signed-in';
import { expectSound } from './sound';

test.describe.configure({ mode: 'serial' });

const port = dashboardPort + 17;
const baseURL = `http://127.0.0.1:${port}`;
const secret = 'tops3cret-0815';
const processes = new Processes();
let admin: APIRequestContext;
let token = '';
let runId = '';

test.use({ baseURL });

async function signInAs(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${baseURL}/`);
}

/** The command line, as CI calls it. */
function scaletrace(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['bin/scaletrace.mjs', ...args],
      { env: { ...process.env, SCALETRACE_URL: baseURL, SCALETRACE_TOKEN: token, ...env }, encoding: 'utf8' },
      (error, output, errors) => {
        resolve({ code: error === null ? 0 : Number(error.code), output, errors });
      },
    );
  });
}

test.beforeAll(async () => {
  admin = await startSignedIn(processes, {
    name: 'sign-in',
    port,
    users: { 'the-viewer': 'viewer', 'the-runner': 'runner' },
  });
  await applyTutorial(admin, 'sign-in');
});

test.afterAll(async () => {
  await admin?.dispose();
  await processes.stopAll();
});

test('a page leads to sign-in, and after it back to what was asked for', async ({ page, context }) => {
  await page.goto('/services');
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fservices/);
  await expect(page.getByRole('link', { name: 'New run' })).toHaveCount(0);
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Name or password is wrong');
  await expect(page.getByLabel('Name')).toHaveValue('ada');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${baseURL}/services`);
  const [cookie] = (await context.cookies()).filter(({ name }) => name === 'scaletrace-session');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  await page.getByRole('button', { name: 'Account of ada' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL(/sign-in/);
  await context.addCookies([cookie!]);
  await page.goto('/services');
  await expect(page).toHaveURL(/sign-in/);
});

test('sign-in leads to no other site', async ({ page }) => {
  await page.goto('/sign-in?next=//example.com/');
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${baseURL}/`);
});

test('too many wrong passwords are answered with 429 and when to come back', async ({ page }) => {
  const guess = () => admin.post('/api/session', { data: { name: 'guessed', password: 'wrong' } });
  for (let i = 0; i < 5; i++) expect((await guess()).status()).toBe(401);
  const refused = await guess();
  expect(refused.status()).toBe(429);
  expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(0);
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill('guessed');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/Try again in \d+ minutes/);
});

test('a token is made once, opens the API, and is refused once revoked', async ({ page }) => {
  await signInAs(page, 'the-runner');
  await page.goto('/settings/tokens');
  await expect(page.getByRole('link', { name: 'Users' })).toHaveCount(0);
  for (const name of ['pipeline', 'short-lived']) {
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Create token' }).click();
    const secret = (await page.locator('[data-secret]').textContent())!;
    expect(secret).toMatch(/^scaletrace_[\w-]{43}$/);
    await page.getByRole('button', { name: 'Close' }).first().click();
    await expect(page.locator(`[data-token=${name}]`)).toHaveAttribute('data-new', 'true');
    const opened = await request.newContext({
      baseURL,
      extraHTTPHeaders: { authorization: `Bearer ${secret}` },
    });
    expect((await opened.get('/api/runs')).status()).toBe(200);
    expect((await opened.get('/api/users')).status()).toBe(403);
    expect((await opened.post('/api/tokens', { data: { name: 'another', scope: 'read' } })).status()).toBe(
      403,
    );
    if (name === 'pipeline') token = secret;
    else {
      await page.locator('[data-token=short-lived]').getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await expect(page.locator('[data-token=short-lived]')).toContainText('revoked');
      expect((await opened.get('/api/runs')).status()).toBe(401);
    }
    await opened.dispose();
  }
});

test('the command line runs, judges and exports by a token', async () => {
  const files = mkdtempSync(join(tmpdir(), 'scaletrace-cli-'));
  const load = [
    'run',
    '--service',
    'default/sign-in',
    '--script',
    'tutorial',
    '--env',
    'REQUESTS=1500',
    '--env',
    'VUS=20',
    '--env',
    `API_TOKEN=${secret}`,
    '--tag',
    'cli',
    '--wait',
  ];
  const good = await scaletrace([...load, '--max-lag', 'off', '--json', join(files, 'result.json')]);
  expect(good.code, good.errors + good.output).toBe(0);
  const result = z
    .looseObject({ runId: z.string(), requests: z.number() })
    .parse(JSON.parse(readFileSync(join(files, 'result.json'), 'utf8')));
  expect(result.requests).toBe(1500);
  runId = result.runId;
  expect((await scaletrace(['runs', '--tag', 'cli'])).output).toContain(runId);
  expect(
    (await scaletrace(['export', runId, '--format', 'json', '--out', join(files, 'run.json')])).code,
  ).toBe(0);
  expect(readFileSync(join(files, 'run.json'), 'utf8')).toContain(runId);

  // Its pods are late for certain, on a slow machine too, where no average of ours may be low enough to tell a late decision.
  await applyTutorial(admin, 'ready-late', { readyAfterSeconds: 4 });
  const late = await scaletrace([
    ...load,
    '--service',
    'ready-late',
    '--env',
    'REQUESTS=4000',
    '--max-lag',
    '0ms',
    '--junit',
    join(files, 'junit.xml'),
  ]);
  expect(late.code, late.errors + late.output).toBe(1);
  expect(late.output).toMatch(/✗ pods that were due after second [\d.]+ \(from \d+ to \d+\)/);
  expect(readFileSync(join(files, 'junit.xml'), 'utf8')).toMatch(/<failure message="[^"]*(late|never)/);

  const unknown = await scaletrace(['run', '--service', 'nothing', '--script', 'tutorial']);
  expect([unknown.code, unknown.errors]).toEqual([2, expect.stringContaining('default/sign-in')]);
  expect((await scaletrace(['runs'], { SCALETRACE_TOKEN: 'wrong' })).code).toBe(3);
  expect((await scaletrace(['stop', runId])).code).toBe(2);
});

test('what the API answers is what its document says', async () => {
  const document = (await (await admin.get('/api/openapi.json')).json()) as OpenApiDocument;
  const { services } = z
    .object({ services: z.array(z.object({ id: z.string() })) })
    .parse(await (await admin.get('/api/services')).json());
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  const checked: string[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    const { get } = methods;
    const schema = get?.responses['200']?.content?.['application/json']?.schema;
    // Discovery and deletion have stories of their own; a comparison needs runs in its query; an export is no JSON for each format.
    if (!get || !schema || /compare|export|share/.test(path)) continue;
    const address = path
      .replace('/api/runs/{id}', `/api/runs/${runId}`)
      .replace('/api/services/{id}', `/api/services/${services[0]!.id}`);
    if (
      address.includes('{') ||
      get.parameters.some((parameter) => parameter.in === 'query' && parameter.required)
    )
      continue;
    const answer = await admin.get(address);
    expect(answer.status(), `${address}: ${await answer.text()}`).toBe(200);
    const valid = ajv.compile(schema);
    expect([address, valid(await answer.json()), valid.errors]).toEqual([address, true, null]);
    checked.push(path);
  }
  expect(checked).toEqual(
    expect.arrayContaining([
      '/api/runs',
      '/api/runs/{id}',
      '/api/runs/{id}/result',
      '/api/runs/{id}/recording',
      '/api/services',
      '/api/services/{id}/autoscaling',
      '/api/scripts',
      '/api/status',
      '/api/users',
      '/api/tokens',
      '/api/sessions',
      '/api/audit',
    ]),
  );
  const problem = ajv.compile((document.components.schemas as { Problem: object }).Problem);
  expect(problem(await (await admin.get('/api/runs/none')).json())).toBe(true);
});

test('a viewer reads, and is neither offered nor allowed to change anything', async ({ page }) => {
  await signInAs(page, 'the-viewer');
  await expect(page.getByRole('link', { name: 'New run' })).toHaveCount(0);
  await page.goto(`/runs/${runId}`);
  await expect(page.locator('canvas').first()).toBeVisible({ timeout: 60_000 });
  for (const name of ['Run again', 'Stop', 'Share'])
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Edit and run' })).toHaveCount(0);
  await page.goto('/runs/new');
  await expect(page.getByRole('heading', { name: 'Your role may not do this' })).toBeVisible();
  await page.goto('/services');
  await expect(page.getByRole('button', { name: /Register|Apply|Forget/ })).toHaveCount(0);
  for (const path of ['/settings/users', '/settings/audit']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: 'Your role may not do this' })).toBeVisible();
  }
  const forbidden: ['post' | 'delete' | 'patch' | 'put', string][] = [
    ['post', '/api/runs'],
    ['post', `/api/runs/${runId}/stop`],
    ['delete', `/api/runs/${runId}`],
    ['patch', `/api/runs/${runId}`],
    ['post', '/api/services/apply'],
    ['put', '/api/scripts/x'],
    ['post', '/api/users'],
  ];
  for (const [method, path] of forbidden)
    expect([path, (await page.request[method](path, { data: {} })).status()]).toEqual([path, 403]);
  expect((await page.request.get('/api/audit')).status()).toBe(403);
  // What a variable keeps secret is for those who may run.
  for (const part of ['', '/overview', '/recording', '/events', '/log', '/export/json']) {
    expect([
      part,
      (await (await page.request.get(`/api/runs/${runId}${part}`)).text()).includes(secret),
    ]).toEqual([part, false]);
  }
  expect(await (await page.request.get(`/runs/${runId}`)).text()).not.toContain(secret);
  expect(await (await admin.get(`/api/runs/${runId}`)).text()).toContain(secret);
  expect((await page.request.post('/api/tokens', { data: { name: 'more', scope: 'run' } })).status()).toBe(
    403,
  );
});

test('an admin adds a user, changes the role, disables; the last admin stays', async ({ page, browser }) => {
  await signInAs(page, 'ada');
  await page.goto('/settings/users');
  await page.getByRole('button', { name: 'Add user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('grace');
  await dialog.getByLabel('Password').fill('short');
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await expect(dialog.getByRole('alert')).toContainText('at least 12 characters');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await dialog.getByLabel('Name').fill('grace');
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Add user' }).click();
  const row = page.locator('[data-user=grace]');
  await expect(row).toHaveAttribute('data-new', 'true');
  await expect(row).toContainText('may sign in');
  const other = await browser.newPage({ baseURL });
  await signInAs(other, 'grace');
  await expect(other.getByRole('link', { name: 'New run' }).first()).toBeVisible();
  await row.getByLabel('Role of grace').selectOption('viewer');
  await expect(row.getByLabel('Role of grace')).toHaveValue('viewer');
  await expect
    .poll(
      async () =>
        z.object({ role: z.string() }).parse(await (await other.request.get('/api/session')).json()).role,
    )
    .toBe('viewer');
  await row.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('disabled');
  await other.goto('/services');
  await expect(other).toHaveURL(/sign-in/);
  await other.close();
  await page.locator('[data-user=ada]').getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('the only admin');
});

test('an ended session is signed out at once, a stream that it reads included', async ({ page, browser }) => {
  const { services } = z
    .object({ services: z.array(z.object({ id: z.string() })) })
    .parse(await (await admin.get('/api/services')).json());
  const scriptText =
    "import { sleep } from 'k6';\nexport const options = { vus: 1, duration: '5m' };\nexport default function () { sleep(1); }";
  const started = await admin.post('/api/runs', {
    data: { serviceId: services[0]!.id, scriptName: 'idle', scriptText },
  });
  expect(started.status(), await started.text()).toBe(201);
  const { run } = z.object({ run: z.object({ id: z.string() }) }).parse(await started.json());
  const other = await browser.newPage({ baseURL });
  await signInAs(other, 'the-runner');
  await other.goto(`/runs/${run.id}`);
  await expect(other.locator('[data-state=running]').first()).toBeVisible();
  await signInAs(page, 'ada');
  await page.goto('/settings/account');
  const rows = page
    .getByRole('region', { name: 'Sessions of everybody' })
    .locator('[data-session=the-runner]');
  const before = await rows.count();
  for (let left = before; left > 0; left--) {
    await rows.first().getByRole('button', { name: 'End the session of the-runner' }).click();
    await expect(rows).toHaveCount(left - 1);
  }
  expect((await other.request.get('/api/runs')).status()).toBe(401);
  await expect(other.getByRole('alert').getByText('Sign in at /sign-in')).toBeVisible();
  await other.getByRole('link', { name: 'Sign in' }).click();
  await expect(other).toHaveURL(new RegExp(`/sign-in\\?next=%2Fruns%2F${run.id}`));
  await other.close();
  expect((await admin.post(`/api/runs/${run.id}/stop`, { data: { mode: 'kill' } })).ok()).toBe(true);
});

test('the audit list tells who did what, and can be filtered', async ({ page }) => {
  await signInAs(page, 'ada');
  await page.goto('/settings/audit');
  for (const action of [
    'sign-in',
    'sign-in.failed',
    'user.add',
    'token.create',
    'token.revoke',
    'run.start',
    'session.end',
  ])
    await expect(page.locator(`[data-action="${action}"]`).first()).toBeVisible();
  await page.getByLabel('What').selectOption('run.start');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/action=run\.start/);
  await expect(page.locator('tbody tr')).toHaveCount(3);
  await expect(page.locator('tbody tr').last()).toContainText('token pipeline');
  await expect(page.locator('tbody tr').last().getByRole('link')).toHaveAttribute('href', `/runs/${runId}`);
});

test(`its pages are sound`, async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/sign-in');
  await expectSound(page);
  await signInAs(page, 'ada');
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of [
      '/settings',
      '/settings/account',
      '/settings/tokens',
      '/settings/users',
      '/settings/audit',
      // The longest page by far: narrow is where it could be too wide.
      ...(width === 390 ? ['/api-docs'] : []),
    ]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectSound(page);
    }
  }
});
