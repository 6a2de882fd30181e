import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { textOf } from '@/lib/words/english';
import { boundedFetch, boundedLines } from './bounded-fetch';
import { startFakeProxy } from './fake-proxy';

const cleanUps: (() => unknown)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

const bounds = { ms: 5000, bytes: 2 ** 20 };

async function proxied(listener: RequestListener, options: Parameters<typeof startFakeProxy>[1] = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await startFakeProxy(port, options);
  cleanUps.push(proxy.close, () => {
    server.closeAllConnections();
    server.close();
  });
  return { port, proxy };
}

it('asks plain HTTP of the environment’s proxy, by its password, with the server’s own header beside it', async () => {
  const { proxy } = await proxied(
    ({ headers }, response) => response.end(`${headers.host} ${headers.authorization}`),
    { password: 'me:swordfish', tunnels: false },
  );
  vi.stubEnv('HTTP_PROXY', proxy.url.replace('//', '//me:swordfish@'));
  const { body } = await boundedFetch('http://metrics.example/api?x=1', bounds, { auth: 'a:b' });
  expect(body.toString()).toBe(`metrics.example Basic ${Buffer.from('a:b').toString('base64')}`);
  expect(proxy.asked).toEqual(['http://metrics.example/api?x=1']);
});

it('goes past it to this machine, and to what NO_PROXY names', async () => {
  const { port, proxy } = await proxied((_request, response) => response.end('direct'));
  vi.stubEnv('HTTP_PROXY', proxy.url);
  expect((await boundedFetch(`http://127.0.0.1:${port}/`, bounds)).body.toString()).toBe('direct');
  vi.stubEnv('NO_PROXY', '.invalid');
  expect(await boundedFetch('http://metrics.invalid/', bounds).catch(textOf)).toMatch(/metrics\.invalid/);
  expect(proxy.asked).toEqual([]);
});

it('keeps the limits on time and bytes, and ends with its caller', async () => {
  const { proxy } = await proxied((request, response) => {
    if (request.url === '/much') response.end(Buffer.alloc(2 ** 21));
    else response.write('first\n');
  });
  vi.stubEnv('HTTP_PROXY', proxy.url);
  expect(await boundedFetch('http://metrics.example/much', bounds).catch(textOf)).toMatch(
    /larger than 1 MiB/,
  );
  expect(await boundedFetch('http://metrics.example/', { ...bounds, ms: 200 }).catch(textOf)).toMatch(
    /no answer within 0\.2/i,
  );
  const leave = new AbortController();
  const { lines } = await boundedLines('http://metrics.example/', { ms: 5000, lineBytes: 100 }, leave);
  expect((await lines.next()).value).toBe('first');
  const next = lines.next().then(
    () => 'answered',
    () => 'ended',
  );
  leave.abort();
  expect(await next).toBe('ended');
});

it('names the proxy, and no password, where it is not there or refuses', async () => {
  const { proxy } = await proxied((_request, response) => response.end(), { tunnels: false });
  const { host } = new URL(proxy.url);
  vi.stubEnv('HTTPS_PROXY', proxy.url);
  expect(await boundedFetch('https://metrics.example/', bounds).catch(textOf)).toMatch(
    new RegExp(`proxy ${host}.*HTTP 403.*NO_PROXY`),
  );
  const guarded = await proxied((_request, response) => response.end(), { password: 'me:swordfish' });
  vi.stubEnv('HTTP_PROXY', guarded.proxy.url.replace('//', '//me:wrong@'));
  expect(await boundedFetch('http://metrics.example/', bounds).catch(textOf)).toMatch(
    new RegExp(`proxy ${new URL(guarded.proxy.url).host}.*HTTP 407`),
  );
  vi.stubEnv('HTTP_PROXY', 'http://me:wrong@127.0.0.1:1');
  expect(await boundedFetch('http://metrics.example/', bounds).catch(textOf)).toMatch(
    /proxy 127\.0\.0\.1:1,.*ECONNREFUSED/,
  );
});
