import { createHmac } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verdictNewsSchema, type Webhook } from '@/lib/model/webhook';
import { completeWebhook, readWebhook, shownWebhook, writeWebhook } from '@/lib/store/webhooks';
import { recordFakeRun, type FakeRun } from './fake-recorded-runs';
import { openTestStore, registerService, type TestStore } from './fake-run';
import { sendDue, sendTest } from './webhooks';

interface Got {
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

let test: TestStore;
let url = '';
let got: Got[] = [];
/** What the receiver answers, one after the other; then 204. */
let answers: (number | 'hang up' | 'redirect')[] = [];
let stop: () => void;

beforeEach(async () => {
  test = await openTestStore();
  got = [];
  answers = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      const answer = answers.shift() ?? 204;
      if (answer === 'hang up') request.socket.destroy();
      else if (answer === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end();
      else response.writeHead(answer).end('x');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/very-secret-path`;
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterEach(async () => {
  stop();
  await test.close();
});

let nowMs = 0;
const clock = (): number => nowMs;

/** A run that ends in a service with a webhook. */
async function endRun(
  name: string,
  run: FakeRun = {},
  { address = url, ...change }: Partial<Webhook> & { address?: string } = {},
): Promise<{ id: string; serviceId: string }> {
  const { id: serviceId } = await registerService(test.store, name);
  writeWebhook(serviceId, {
    url: address,
    secret: '',
    format: 'json',
    when: 'always',
    privateAllowed: true,
    ...change,
  });
  const id = await recordFakeRun(test.store, name, { seconds: 6, ...run });
  nowMs = Date.now() + 1;
  return { id, serviceId };
}
const last = async (serviceId: string) =>
  (await shownWebhook(test.store, serviceId, readWebhook(serviceId)!)).last;

it('tells the verdict of a run that has ended once, signed, with its secrets masked', async () => {
  const { id, serviceId } = await endRun('hello', {}, { secret: 'shared-secret' });
  await test.store.run.update({
    where: { id },
    data: { name: 'with token-4711abc', envJson: JSON.stringify({ API_KEY: 'token-4711abc' }) },
  });
  expect(await sendDue(test.store, clock)).toBeNull();
  await sendDue(test.store, clock);
  expect(got).toHaveLength(1);
  const [{ headers, body }] = got as [Got];
  const news = verdictNewsSchema.parse(JSON.parse(body));
  expect(news).toMatchObject({
    type: 'run.verdict',
    run: { id, state: 'finished' },
    service: { name: 'hello', namespace: 'default' },
    verdict: { outcome: 'pass', text: expect.stringContaining('none of 600 requests failed') as string },
    figures: { requests: 600, failures: 0 },
  });
  expect(news.run!.url).toMatch(new RegExp(`^http.*/runs/${id}$`));
  expect(body).not.toContain('token-4711abc');
  const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`;
  expect(headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', 'shared-secret').update(signed).digest('base64')}`,
  );
  expect(await last(serviceId)).toMatchObject({ runId: id, state: 'delivered', attempts: 1, failure: null });
});

it('tells Slack in blocks that no text of a run can break out of', async () => {
  const { id } = await endRun('shop', { failed: 600 }, { format: 'slack' });
  await test.store.run.update({ where: { id }, data: { name: '<!channel> & <https://x|y>' } });
  await sendDue(test.store, clock);
  const { blocks, text } = JSON.parse(got[0]!.body) as { text: string; blocks: { type: string }[] };
  expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'context']);
  expect(text).toContain('&lt;!channel&gt; &amp;');
  expect(text).toContain('all 600 requests failed');
  expect(JSON.stringify(blocks[3])).toContain(`/runs/${id}|Open the run>`);
});

it('tells only failures where that is asked', async () => {
  const { serviceId } = await endRun('calm', {}, { when: 'failed' });
  await sendDue(test.store, clock);
  expect([got.length, await last(serviceId)]).toEqual([0, null]);
  await endRun('broken', { failed: 600 }, { when: 'failed' });
  await sendDue(test.store, clock);
  expect(got).toHaveLength(1);
  // It did not come to its end, so a build stops at it too.
  await endRun('cut', { state: 'interrupted' }, { when: 'failed' });
  await sendDue(test.store, clock);
  expect(got).toHaveLength(2);
  expect(JSON.parse(got[1]!.body)).toMatchObject({
    run: { state: 'interrupted' },
    verdict: { outcome: 'unclear' },
  });
});

it('tries again, later each time, also in another process, until it is taken', async () => {
  answers = [500, 'hang up', 429];
  const { id, serviceId } = await endRun('flaky');
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const dueMs = await sendDue(test.store, clock);
    expect(await last(serviceId)).toMatchObject({ state: 'waiting', attempts: attempt });
    // Nothing is sent before it is due.
    await sendDue(test.store, clock);
    expect(got).toHaveLength(attempt);
    pauses.push(dueMs! - nowMs);
    nowMs = dueMs!;
  }
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(await sendDue(test.store, clock)).toBeNull();
  expect(await last(serviceId)).toMatchObject({ runId: id, state: 'delivered', attempts: 4, failure: null });
});

it('gives up in the end, and at once where trying again does not help', async () => {
  answers = Array.from({ length: 50 }, () => 503);
  const { serviceId } = await endRun('down');
  for (let dueMs = await sendDue(test.store, clock); dueMs !== null; dueMs = await sendDue(test.store, clock))
    nowMs = dueMs;
  expect(await last(serviceId)).toMatchObject({
    state: 'failed',
    failure: { code: 'reasons.webhook-answered', data: { status: 503 } },
  });
  expect(got.length).toBeLessThan(10);

  const kinds = [
    [404, 'reasons.webhook-unknown'],
    [400, 'reasons.webhook-refused'],
    ['redirect', 'reasons.webhook-redirect'],
  ] as const;
  for (const [answer, code] of kinds) {
    got = [];
    answers = [answer];
    const one = await endRun(`says-${answer}`);
    expect(await sendDue(test.store, clock)).toBeNull();
    expect(await last(one.serviceId)).toMatchObject({ state: 'failed', attempts: 1, failure: { code } });
    expect(got).toHaveLength(1);
  }
});

it('asks no private address that no admin has set', async () => {
  const port = new URL(url).port;
  for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', 'localhost']) {
    const address = `http://${host}:${port}/x`;
    const webhook = { ...readyWebhook, url: address, privateAllowed: false };
    expect([host, (await sendTest(webhook, { name: 'a', namespace: 'b' }))?.code]).toEqual([
      host,
      'reasons.private-address',
    ]);
  }
  expect(got).toEqual([]);
});

const readyWebhook: Webhook = { url: '', secret: '', format: 'json', when: 'always', privateAllowed: true };

it('never tells its address, and keeps it in a file of its own', async () => {
  const { serviceId } = await endRun('quiet', {}, { secret: 'shared-secret' });
  answers = ['hang up'];
  await sendDue(test.store, clock);
  const shown = JSON.stringify(await shownWebhook(test.store, serviceId, readWebhook(serviceId)!));
  const rows = JSON.stringify([
    await test.store.webhookDelivery.findMany(),
    await test.store.service.findMany(),
  ]);
  for (const secret of ['very-secret-path', 'shared-secret']) {
    expect(shown).not.toContain(secret);
    expect(rows).not.toContain(secret);
  }
  expect(statSync(join(test.folder, 'webhooks.json')).mode & 0o777).toBe(0o600);
});

it('keeps what is not entered, a secret for its own host alone, and leave for private addresses with their address', () => {
  const input = { format: 'slack', when: 'failed' } as const;
  expect(() => completeWebhook('one', input, true)).toThrow('problems.webhook-address');
  const stored = { ...readyWebhook, url: 'http://10.0.0.1/in', secret: 'shared-secret' };
  writeWebhook('one', stored);
  expect(completeWebhook('one', input, false)).toEqual({ ...stored, ...input });
  expect(completeWebhook('one', { ...input, url: 'http://10.0.0.1/other' }, false)).toMatchObject({
    secret: 'shared-secret',
    privateAllowed: false,
  });
  expect(completeWebhook('one', { ...input, url: 'https://hooks.example/in' }, true)).toMatchObject({
    secret: '',
    privateAllowed: true,
  });
  writeWebhook('one', null);
  expect(readWebhook('one')).toBeNull();
});
