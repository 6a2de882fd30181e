import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { afterEach, expect, it, vi } from 'vitest';
import { createPodServer } from './pod-http.mjs';

type Server = ReturnType<typeof createPodServer>;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server that answers each request with its path, after `delayMs`. */
async function serve(
  delayMs = 0,
): Promise<{ server: Server; port: number; url: string; asked: () => number }> {
  let asked = 0;
  const server = createPodServer((path, answer) => {
    asked++;
    setTimeout(() => answer({ status: 200, type: 'text/plain', text: `path ${path}\n` }), delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => new Promise<void>((resolve) => server.drain(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `http://127.0.0.1:${port}`, asked: () => asked };
}

async function open(
  port: number,
): Promise<{ socket: Socket; text: () => string; until: (part: string) => Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  await once(socket, 'connect');
  cleanUps.push(() => socket.destroy());
  const until = async (part: string): Promise<void> => {
    while (!received.includes(part)) await once(socket, 'data');
  };
  return { socket, text: () => received, until };
}

it('answers bodies of a known length and in chunks, and HEAD without a body', async () => {
  const { url } = await serve();
  const big = Buffer.alloc(300_000, 'x');
  for (const body of [big, Readable.from([1, 2, 3, 4, 5].map(() => big.subarray(0, 50_001)))]) {
    const answer = await request(`${url}/upload`, { method: 'POST', body });
    expect([answer.statusCode, await answer.body.text()]).toEqual([200, 'path /upload\n']);
  }
  const head = await request(`${url}/x`, { method: 'HEAD' });
  expect([head.statusCode, head.headers['content-length'], await head.body.text()]).toEqual([200, '8', '']);
});

it('takes a head that comes in pieces, and pipelined requests in their order', async () => {
  const { port } = await serve(5);
  const { socket, text, until } = await open(port);
  for (const piece of ['GET /a HT', 'TP/1.1\r\nHo', 'st: x\r\n\r', '\n']) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until('path /a\n');
  socket.write(
    'GET /b HTTP/1.1\r\nhost: x\r\n\r\nPOST /c HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabcGET /d HTTP/1.1\r\nhost: x\r\n\r\n',
  );
  await until('path /d\n');
  expect([...text().matchAll(/path (\S+)/g)].map(([, path]) => path)).toEqual(['/a', '/b', '/c', '/d']);
});

it('refuses what is no HTTP, and closes where it is asked to', async () => {
  const { port } = await serve();
  const junk = await open(port);
  junk.socket.write('hello there\r\n\r\n');
  await once(junk.socket, 'close');
  expect(junk.text()).toMatch(/^HTTP\/1\.1 400 /);
  const polite = await open(port);
  polite.socket.write('GET /bye HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await once(polite.socket, 'close');
  expect(polite.text()).toMatch(/connection: close\r\n\r\npath \/bye\n$/);
});

it('answers what is under way before it has drained', async () => {
  const { server, port, url, asked } = await serve(300);
  const idle = await open(port);
  const idleEnded = once(idle.socket, 'close');
  const answers = Promise.all(
    Array.from({ length: 5 }, async (_, i) => (await request(`${url}/${i}`)).body.text()),
  );
  await vi.waitUntil(() => asked() === 5, { timeout: 5000, interval: 5 });
  await new Promise<void>((resolve) => server.drain(resolve));
  expect(await answers).toEqual(['path /0\n', 'path /1\n', 'path /2\n', 'path /3\n', 'path /4\n']);
  await idleEnded;
});
