import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { messageOfError } from '@/lib/model/message';
import { boundedFetch, boundedLines, boundedStatus } from './bounded-fetch';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function serve(listener: RequestListener): Promise<{ url: string; open: () => Promise<number> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    open: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
  };
}

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: unknown) => messageOfError(error).code,
  );
const bounds = { ms: 5000, bytes: 2 ** 20 };
const piece = Buffer.alloc(2 ** 16, 'x');

/** Writes as fast as is read, for ever. */
const endless: RequestListener = (_request, response) => {
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', write);
  write();
};

it('gives a whole answer whatever its status, and sends what is asked', async () => {
  const { url } = await serve((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () =>
      response
        .writeHead(418, { 'x-kind': 'pot' })
        .end(`${request.method} ${request.headers.host} ${request.headers.authorization} ${body}`),
    );
  });
  const { status, headers, body } = await boundedFetch(url, bounds, {
    method: 'PUT',
    headers: { host: 'hello.example' },
    auth: 'me:secret',
    body: 'ünïcode',
  });
  expect(status).toBe(418);
  expect(headers['x-kind']).toBe('pot');
  expect(body.toString()).toBe(
    `PUT hello.example Basic ${Buffer.from('me:secret').toString('base64')} ünïcode`,
  );
});

it('lets go of an answer that never ends, announces too much, or trickles', async () => {
  const without = await serve(endless);
  expect(await codeOf(boundedFetch(without.url, bounds))).toBe('reasons.answer-too-large');
  const announced = await serve((_request, response) =>
    response.writeHead(200, { 'content-length': `${2 ** 40}` }).write('x'),
  );
  expect(await codeOf(boundedFetch(announced.url, bounds))).toBe('reasons.answer-too-large');
  const trickle = await serve((_request, response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });
  expect(await codeOf(boundedFetch(trickle.url, { ...bounds, ms: 200 }))).toBe('reasons.no-answer-within');
  const silent = await serve(() => undefined);
  expect(await codeOf(boundedStatus(silent.url, 200))).toBe('reasons.no-answer-within');
  for (const { open } of [without, announced, trickle, silent])
    await expect.poll(open, { timeout: 5000 }).toBe(0);
});

it('reads nothing of the body where the status is all that is asked', async () => {
  const { url, open } = await serve(endless);
  expect(await boundedStatus(url, 5000)).toBe(200);
  await expect.poll(open, { timeout: 5000 }).toBe(0);
});

it('follows no redirect', async () => {
  let reached = false;
  const { url } = await serve((request, response) => {
    if (request.url === '/inside') reached = true;
    response.writeHead(302, { location: '/inside' }).end();
  });
  expect((await boundedFetch(url, bounds)).status).toBe(302);
  expect(await boundedStatus(url, 5000)).toBe(302);
  expect(reached).toBe(false);
});

it('ends with its caller', async () => {
  const { url, open } = await serve(() => undefined);
  const leave = new AbortController();
  const asked = boundedFetch(url, bounds, { signal: leave.signal });
  await expect.poll(open).toBe(1);
  leave.abort(new Error('left'));
  await expect(asked).rejects.toThrow('left');
  await expect.poll(open, { timeout: 5000 }).toBe(0);
});

it('says what a connection says', async () => {
  const { url } = await serve((request) => request.socket.resetAndDestroy());
  expect(await codeOf(boundedFetch(url, bounds))).toBe('reasons.connection-reset');
  expect(await codeOf(boundedFetch('http://127.0.0.1:1/', bounds))).toBe('reasons.connection-refused');
  expect(await codeOf(boundedFetch('ftp://127.0.0.1/', bounds))).toBe('reasons.said');
});

it('gives lines as they are whole, whatever they come in, and none that has no end', async () => {
  const text = 'first\n\nzwölf\nlast';
  const { url } = await serve((_request, response) => {
    const bytes = Buffer.from(text);
    let at = 0;
    const timer = setInterval(() => {
      if (at < bytes.length) return response.write(bytes.subarray(at, ++at));
      clearInterval(timer);
      return response.end();
    }, 1);
  });
  const { signal } = new AbortController();
  const { lines } = await boundedLines(url, { ms: 5000, lineBytes: 100 }, { signal });
  const got: string[] = [];
  for await (const line of lines) got.push(line);
  expect(got).toEqual(['first', 'zwölf']);

  const without = await serve(endless);
  const stream = await boundedLines(without.url, { ms: 5000, lineBytes: 2 ** 20 }, { signal });
  expect(await codeOf(stream.lines.next())).toBe('reasons.line-too-large');
  await expect.poll(without.open, { timeout: 5000 }).toBe(0);
});

it('ends a stream by its signal', async () => {
  const { url, open } = await serve((_request, response) => response.write('first\n'));
  const leave = new AbortController();
  const { lines } = await boundedLines(url, { ms: 5000, lineBytes: 100 }, { signal: leave.signal });
  expect((await lines.next()).value).toBe('first');
  const next = codeOf(lines.next());
  leave.abort();
  expect(await next).not.toBe('answered');
  await expect.poll(open, { timeout: 5000 }).toBe(0);
});
