import { expect, type APIRequestContext, type BrowserContext, type Page } from '@playwright/test';
import { test } from './test';
import { z } from 'zod';
import { shareLinkSchema, type NewShare, type ShareLink } from '@/lib/model/share-link';
import { applyTutorial, startTutorial, untilEnded } from './api';
import { expectSound } from './sound';

test.describe.configure({ mode: 'serial' });

const secret = 'tok-5e1f-77aa';
let runId = '';
let otherId = '';
let serviceId = '';

async function startSecret(request: APIRequestContext, requests: number): Promise<string> {
  const answer = await request.post('/api/runs', {
    data: {
      serviceId,
      scriptName: 'tutorial',
      name: 'Shared load',
      env: { REQUESTS: `${requests}`, VUS: '50', API_TOKEN: secret },
      tags: ['shared'],
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return z.object({ run: z.object({ id: z.string() }) }).parse(await answer.json()).run.id;
}

async function share(request: APIRequestContext, body: NewShare): Promise<ShareLink> {
  const answer = await request.post('/api/shares', { data: body });
  expect(answer.status(), await answer.text()).toBe(201);
  return z.object({ share: shareLinkSchema }).parse(await answer.json()).share;
}

/** A browser that has never been here: no cookie, no cache. */
async function stranger(page: Page): Promise<{ context: BrowserContext; reader: Page }> {
  const context = await page
    .context()
    .browser()!
    .newContext({ baseURL: new URL(page.url()).origin });
  return { context, reader: await context.newPage() };
}

test.beforeAll(async ({ request }) => {
  serviceId = await applyTutorial(request, 'shared');
  runId = await startSecret(request, 3000);
  expect((await untilEnded(request, runId)).state).toBe('finished');
  otherId = (await startTutorial(request, serviceId, 1500)).id;
  expect((await untilEnded(request, otherId)).state).toBe('finished');
});

test('a link is made on the page, opens the same view for a stranger, and is revoked at once', async ({
  page,
}) => {
  await page.goto(`/runs/${runId}?from=0&to=4000&tab=decisions`);
  await expect(page.locator('[data-chart] canvas')).toHaveCount(5);
  const range = await page.locator('[data-range]').textContent();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this run' });
  await expect(dialog).toContainText('tab “Decisions”');
  await dialog.getByLabel('Password').fill('short');
  await dialog.getByRole('button', { name: 'Create link' }).click();
  await expect(dialog.locator('#share-password-error')).toContainText('at least 6');
  await expect(dialog.getByLabel('Password')).toHaveValue('short');
  await dialog.getByLabel('Password').fill('');
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const address = await dialog.getByLabel('Address of the link').inputValue();
  expect(address).toMatch(/\/share\/[\w-]{32}$/);
  await expectSound(page);

  const { context, reader } = await stranger(page);
  // A chat's preview is no reader.
  expect((await context.request.get(address)).status()).toBe(200);
  const answer = await reader.goto(address);
  expect(answer!.headers()).toMatchObject({
    'x-robots-tag': expect.stringContaining('noindex'),
    'referrer-policy': 'no-referrer',
    'cache-control': expect.stringContaining('no-store'),
  });
  await expect(reader.locator('[data-chart] canvas')).toHaveCount(5);
  await expect(reader.locator('[data-range]')).toHaveText(range!);
  await expect(reader.getByRole('tab', { name: 'Decisions' })).toHaveAttribute('aria-selected', 'true');
  for (const name of ['Share', 'Run again', 'More'])
    await expect(reader.getByRole('button', { name, exact: true })).toHaveCount(0);
  await expect(reader.getByRole('navigation')).toHaveCount(0);
  expect(await reader.locator('a[href^="/"]').count()).toBe(0);

  await page.reload();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.locator('[data-share=live]')).toContainText('Opened 1 time');
  await dialog.getByRole('button', { name: /^Revoke/ }).click();
  await expect(dialog.locator('[data-share=revoked]')).toBeVisible();
  const token = address.split('/').at(-1)!;
  expect((await context.request.get(`/api/share/${token}/log`)).status()).toBe(410);
  expect((await context.request.get(`/api/share/${token}/image`)).status()).toBe(410);
  const ended = await reader.reload();
  expect(ended!.status()).toBe(410);
  await expect(reader.getByRole('heading')).toHaveText('This link has ended');
  expect((await context.request.get(`/share/${'a'.repeat(32)}`)).status()).toBe(404);
  await context.close();
});

test('nothing leaks: no secret, no id, no other route', async ({ page, request }) => {
  await page.goto('/');
  const link = await share(request, { runs: [runId] });
  const { context, reader } = await stranger(page);
  const bodies: string[] = [];
  const hosts = new Set<string>();
  reader.on('response', (response) => {
    hosts.add(new URL(response.url()).host);
    if (/\/share\//.test(response.url()))
      void response.text().then(
        (text) => bodies.push(text),
        () => undefined,
      );
  });
  await reader.goto(`/share/${link.token}`);
  await expect(reader.locator('[data-chart] canvas')).toHaveCount(5);
  await reader.locator('[data-distribution]').scrollIntoViewIfNeeded();
  await expect(reader.locator('[data-distribution-range]')).toContainText('3,000 requests');
  await reader.getByRole('tab', { name: 'Script and options' }).click();
  await expect(reader.getByRole('tabpanel')).toContainText('••••••');
  await reader.getByRole('tab', { name: 'Log' }).click();
  await expect.poll(() => bodies.length).toBeGreaterThanOrEqual(2);
  for (const part of ['overview', 'overview?columns=5000', 'log', 'metrics', 'decisions', 'events'])
    bodies.push(await (await context.request.get(`/api/share/${link.token}/${part}`)).text());
  expect([...hosts]).toHaveLength(1);
  const gateway = z
    .object({ services: z.array(z.object({ id: z.string(), gatewayUrl: z.string() })) })
    .parse(await (await request.get('/api/services')).json())
    .services.find(({ id }) => id === serviceId)!.gatewayUrl;
  for (const hidden of [
    secret,
    runId,
    otherId,
    serviceId,
    new URL(gateway).host,
    'ingestSecret',
    'passwordHash',
  ])
    expect(bodies.filter((body) => body.includes(hidden)).length, hidden).toBe(0);
  // Of the run's routes only those that its page reads, and only to read.
  for (const part of [
    'recording',
    'result',
    'what-if',
    'stop',
    'constructor',
    '../runs',
    `..%2f..%2fruns%2f${runId}`,
  ])
    expect((await context.request.get(`/api/share/${link.token}/${part}`)).status(), part).not.toBe(200);
  expect((await context.request.post(`/api/share/${link.token}/stop`, { data: {} })).ok()).toBe(false);
  await context.close();
});

test('a secret variable stands masked on the run’s own page until it is asked for', async ({ page }) => {
  await page.goto(`/runs/${runId}?tab=script`);
  const panel = page.getByRole('tabpanel');
  await expect(panel).toContainText('API_TOKEN');
  await expect(panel).not.toContainText(secret);
  await panel.getByRole('button', { name: 'Reveal secret values' }).click();
  await expect(panel).toContainText(secret);
  await panel.getByRole('button', { name: 'Hide secret values' }).click();
  await expect(panel).not.toContainText(secret);
});

test('a password is asked for, and until it is given nothing is told', async ({ page, request }) => {
  await page.goto('/');
  const link = await share(request, { runs: [runId], password: 'open sesame' });
  const { context, reader } = await stranger(page);
  const answer = await reader.goto(`/share/${link.token}`);
  const html = await answer!.text();
  for (const hidden of ['Shared load', runId, 'tutorial']) expect(html, hidden).not.toContain(hidden);
  await expect(reader.locator('meta[property="og:title"]')).toHaveAttribute(
    'content',
    'This link asks for a password',
  );
  await expectSound(reader);
  expect((await context.request.get(`/api/share/${link.token}/recording`)).status()).toBe(401);
  await reader.getByLabel('Password').fill('wrong one');
  await reader.getByRole('button', { name: 'Open' }).click();
  await expect(reader.locator('#link-password-error')).toContainText('not the password');
  await reader.getByLabel('Password').fill('open sesame');
  await reader.getByRole('button', { name: 'Open' }).click();
  await expect(reader.locator('[data-chart] canvas')).toHaveCount(5);
  await context.close();

  const wrong = await share(request, { runs: [runId], password: 'open sesame' });
  const tried: number[] = [];
  for (let i = 0; i < 11; i++)
    tried.push(
      (await request.post(`/api/share/${wrong.token}/unlock`, { data: { password: `wrong ${i}` } })).status(),
    );
  expect(tried).toEqual([...Array.from({ length: 10 }, () => 403), 429]);
});

test('a chat preview has a title, words and a picture of the run', async ({ page, request }) => {
  const link = await share(request, { runs: [runId] });
  const locked = await share(request, { runs: [runId], password: 'open sesame' });
  await page.goto(`/share/${link.token}`);
  await expect(page.locator('meta[property="og:title"]')).toHaveAttribute('content', 'Shared load');
  await expect(page.locator('meta[property="og:description"]')).toHaveAttribute('content', /3,000 requests/);
  await expect(page.locator('meta[name=robots]').first()).toHaveAttribute('content', /noindex/);
  const image = await page.locator('meta[property="og:image"]').getAttribute('content');
  expect(image).toBe(`${new URL(page.url()).origin}/api/share/${link.token}/image`);
  const png = await (await request.get(image!)).body();
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
    'PNG',
    1200,
    630,
  ]);
  const colours = await page.evaluate(async (address) => {
    const bitmap = await createImageBitmap(await (await fetch(address)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
  }, image!);
  expect(colours).toBeGreaterThan(50);
  const plain = await (await request.get(`/api/share/${locked.token}/image`)).body();
  expect(plain.equals(png)).toBe(false);
  expect(plain.length).toBeLessThan(png.length);
});

test('a live run is followed by its link, which expires under the reader’s eyes', async ({
  page,
  request,
}) => {
  await page.goto('/');
  const id = await startSecret(request, 200_000);
  const { context, reader } = await stranger(page);
  const link = await share(request, { runs: [id] });
  await reader.goto(`/share/${link.token}`);
  await expect(reader.locator('main [data-state]').first()).toHaveAttribute('data-state', 'running', {
    timeout: 30_000,
  });
  await expect(reader.locator('[data-chart] canvas')).toHaveCount(5);
  const requests = async (): Promise<string> =>
    (await reader.getByRole('main').innerText()).replace(/\s+/g, ' ');
  const before = await requests();
  await expect.poll(requests, { timeout: 20_000 }).not.toBe(before);
  const short = await share(request, { runs: [id], expiresAtMs: Date.now() + 6000 });
  await reader.goto(`/share/${short.token}`);
  await expect(reader.getByRole('heading', { name: 'This link has ended' })).toBeVisible({ timeout: 30_000 });
  await request.post(`/api/runs/${id}/stop`, { data: { mode: 'kill' } });
  await untilEnded(request, id);
  // Deleted, the link ends as well.
  await request.delete(`/api/runs/${id}`);
  expect((await reader.goto(`/share/${link.token}`))!.status()).toBe(410);
  await context.close();
});

test('a comparison is shared too', async ({ page, request }) => {
  await page.goto(`/compare?runs=${runId},${otherId}&align=first-request`);
  await expect(page.getByRole('button', { name: 'Share', exact: true })).toBeVisible();
  const link = await share(request, {
    runs: [runId, otherId],
    search: `runs=${runId},${otherId}&align=first-request`,
  });
  const { context, reader } = await stranger(page);
  const bodies: string[] = [];
  reader.on('response', (response) => {
    if (/\/share\//.test(response.url()))
      void response.text().then(
        (text) => bodies.push(text),
        () => undefined,
      );
  });
  await reader.goto(`/share/${link.token}`);
  await expect(reader.locator('canvas').first()).toBeVisible();
  await expect(reader.getByText('Shared load').first()).toBeVisible();
  await expect.poll(() => bodies.length).toBeGreaterThanOrEqual(2);
  for (const hidden of [secret, runId, otherId, serviceId])
    expect(bodies.filter((body) => body.includes(hidden)).length, hidden).toBe(0);
  await expectSound(reader);
  await context.close();
});

for (const width of [1440, 390]) {
  test(`a shared page is sound at ${width} px`, async ({ page, request }) => {
    const link = await share(request, { runs: [runId] });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/share/${link.token}`);
    await expect(page.locator('canvas').first()).toBeVisible();
    await expectSound(page);
  });
}
