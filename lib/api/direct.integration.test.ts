import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore, until, type TestStore } from '@/lib/runs/fake-run';
import { getStore } from '@/lib/store/client';
import { answerBy } from './direct';
import { jsonResponse } from './made-once';
import { mountApi } from './mount';

/** The API as the server itself answers it, not through Next. */
let opened: TestStore;
let url: string;
const api = mountApi();
const large = { text: 'x'.repeat(50_000) };
let left = false;
/** How many pieces of `/long` were made, and its listeners when the last was. */
const long = { pieces: 0, listeners: 0 };
let latest: ServerResponse;
const own: Record<string, (request: Request) => Response> = {
  '/large': () => jsonResponse(large, { status: 200, headers: new Headers() }),
  '/stream': ({ signal }) => {
    signal.addEventListener('abort', () => (left = true));
    return new Response(
      new ReadableStream({ start: (to) => to.enqueue(new TextEncoder().encode('first')) }),
      {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' },
      },
    );
  },
  '/pieces': () =>
    new Response(new Blob(['a'.repeat(40_000), 'b']).stream(), { headers: { 'content-type': 'text/csv' } }),
  '/long': () =>
    new Response(
      new ReadableStream({
        pull: (to) => {
          to.enqueue(new Uint8Array(100_000));
          if (++long.pieces < 100) return;
          long.listeners = latest.listenerCount('close') + latest.listenerCount('error');
          to.close();
        },
      }),
      { headers: { 'content-type': 'application/octet-stream' } },
    ),
  '/cookies': () => {
    const answer = new Response(null, { status: 204 });
    for (const cookie of ['a=1', 'b=2']) answer.headers.append('set-cookie', cookie);
    return answer;
  },
};
const server = createServer((request, response) => {
  latest = response;
  const answer = own[request.url ?? ''] ?? api;
  void answerBy(answer, request, response);
});

beforeAll(async () => {
  opened = await openTestStore();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await (await getStore()).$disconnect();
  await opened.close();
});

const push = (path: string, headers: Record<string, string> = {}, body = 'x'): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', headers, body });

function ask(path: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(`${url}${path}`, { headers }, resolve).on('error', reject));
}

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  return Buffer.concat((await answer.toArray()) as Buffer[]);
}

it('refuses what the routes refuse, and bodies beyond their limits', async () => {
  const refused = await push('/api/ingest/none');
  expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
  expect((await push('/api/ingest/none', { authorization: 'Bearer wrong' })).status).toBe(403);
  const tooLarge = await push('/api/ingest/none', { authorization: 'Bearer wrong' }, 'x'.repeat(10_000_000));
  expect(tooLarge.status).toBe(413);
  expect((await push('/api/ingest/none/more')).status).toBe(404);
  expect((await fetch(`${url}/api/ingest/none`)).status).toBe(405);
});

it('is for no foreign name or site, but for pushes, which a secret opens', async () => {
  expect((await ask('/api/runs', { host: 'evil.example' })).statusCode).toBe(421);
  const foreign = { origin: 'http://evil.example' };
  expect((await push('/api/runs', foreign)).status).toBe(403);
  expect((await push('/api/ingest/none', foreign)).status).toBe(401);
});

it('packs what is text and long, for whoever takes it so', async () => {
  const plain = await ask('/large', {});
  const packed = await ask('/large', { 'accept-encoding': 'gzip, br' });
  const text = JSON.stringify(large);
  expect([plain.headers['content-encoding'], (await bytesOf(plain)).toString()]).toEqual([undefined, text]);
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(await bytesOf(packed)).toString()).toBe(text);
  const pieces = await ask('/pieces', { 'accept-encoding': 'gzip' });
  expect(gunzipSync(await bytesOf(pieces)).toString()).toBe(`${'a'.repeat(40_000)}b`);
  const refused = await ask('/large', { 'accept-encoding': 'gzip;q=0' });
  expect(refused.headers['content-encoding']).toBe(undefined);
  refused.resume();
});

it('sends a stream as it comes, unpacked, and ends it when its reader leaves', async () => {
  const answer = await ask('/stream', { 'accept-encoding': 'gzip' });
  const [first] = (await answer.iterator({ destroyOnReturn: true }).next()).value
    ? [answer.headers['content-encoding']]
    : ['nothing came'];
  expect(first).toBe(undefined);
  answer.destroy();
  await until(() => left);
});

it('leaves no listeners behind, however often a reader is waited for', async () => {
  const answer = await ask('/long', {});
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) bytes += piece.length;
  expect([bytes, long.pieces]).toEqual([10_000_000, 100]);
  expect(long.listeners).toBeLessThan(10);
});

it('sends each cookie', async () => {
  expect((await ask('/cookies', {})).headers['set-cookie']).toEqual(['a=1', 'b=2']);
});
