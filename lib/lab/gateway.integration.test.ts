import { once } from 'node:events';
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { afterEach, expect, it, vi } from 'vitest';
import { Gateway } from './gateway';
import { Upstream } from './upstream';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function listen(server: Server | HttpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A gateway before these servers as the pods of one revision, five requests each. */
async function serve(
  ...pods: (RequestListener | Server)[]
): Promise<{ url: string; port: number; upstream: Upstream }> {
  const upstream = new Upstream('default/hello-00001', 5, () => {});
  for (const [i, pod] of pods.entries()) {
    const server = typeof pod === 'function' ? createServer(pod) : pod;
    upstream.addPod(`pod-${i}`, await listen(server));
    cleanUps.push(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
    });
  }
  const gateway = new Gateway({ maxPending: 100 });
  gateway.route('hello.example.com', [{ upstream, percent: 100 }]);
  const port = await listen(gateway.server);
  cleanUps.push(
    () => upstream.close(),
    () => gateway.close(),
  );
  return { url: `http://127.0.0.1:${port}`, port, upstream };
}

const headers = { host: 'hello.example.com' };

/** Sends bytes as they are and collects what comes until the gateway closes the connection. */
async function raw(port: number, ...pieces: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const closed = once(socket, 'close');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await closed;
  return received;
}

it('passes bodies of any size and framing both ways, unchanged', async () => {
  const { url, upstream } = await serve((incoming, answer) => {
    answer.setHeader('x-length', incoming.headers['content-length'] ?? 'chunked');
    // Without a length: Node answers in chunks.
    incoming.pipe(answer);
  });
  const big = Buffer.alloc(3_000_000, 'scale');
  for (const [body, length] of [
    [big, `${big.length}`],
    [Readable.from([big.subarray(0, 1_000_001), big.subarray(1_000_001)]), 'chunked'],
    [Buffer.alloc(0), '0'],
  ] as const) {
    const answer = await request(url, { method: 'POST', headers, body });
    const echoed = Buffer.from(await answer.body.arrayBuffer());
    expect(echoed.equals(length === '0' ? Buffer.alloc(0) : big)).toBe(true);
    expect(answer.headers['x-length']).toBe(length);
    expect(answer.headers['x-pod']).toBe('pod-0');
  }
  expect([upstream.active, upstream.pending, upstream.completed]).toEqual([0, 0, 3]);
});

it('holds back a pod whose client does not read', async () => {
  let sent = 0;
  const { port } = await serve((_, answer) => {
    const more = (): void => {
      while (sent < 60_000_000) {
        sent += 100_000;
        if (!answer.write(Buffer.alloc(100_000))) {
          answer.once('drain', more);
          return;
        }
      }
      answer.end();
    };
    more();
  });
  const socket = connect(port, '127.0.0.1');
  cleanUps.push(() => socket.destroy());
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nhost: hello.example.com\r\n\r\n');
  await vi.waitUntil(() => sent > 0, { timeout: 5000 });
  let before = -1;
  // It stands still once the buffers on the way are full, long before the end.
  await vi.waitUntil(() => before === (before = sent), { timeout: 10_000, interval: 300 });
  expect(sent).toBeLessThan(60_000_000);
  let read = 0;
  socket.on('data', (chunk: Buffer) => (read += chunk.length)).resume();
  await vi.waitUntil(() => read > 60_000_000, { timeout: 20_000 });
});

it('answers HEAD, 204 and 304 without a body, and keeps the connection for the next request', async () => {
  const { port } = await serve((incoming, answer) => {
    if (incoming.method === 'HEAD') answer.writeHead(200, { 'content-length': '500' }).end();
    else if (incoming.url === '/none') answer.writeHead(204).end();
    else if (incoming.url === '/same') answer.writeHead(304, { etag: '"a"' }).end();
    else answer.end('last\n');
  });
  const head = 'HTTP/1.1\r\nhost: hello.example.com\r\n';
  const text = await raw(
    port,
    `HEAD / ${head}\r\nGET /none ${head}\r\nGET /same ${head}\r\nGET / ${head}connection: close\r\n\r\n`,
  );
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
    '200',
    '204',
    '304',
    '200',
  ]);
  expect(text.endsWith('last\n')).toBe(true);
});

it('takes an answer that only the end of its connection ends, and HTTP/1.0', async () => {
  const pod = createTcpServer((socket: Socket) =>
    socket
      .once('data', () => socket.end('HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nto the very end'))
      .on('error', () => {}),
  );
  const { port, upstream } = await serve(pod);
  expect(await raw(port, 'GET / HTTP/1.0\r\nHost: hello.example.com:80\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n\r\nto the very end$/,
  );
  expect(upstream.active).toBe(0);
});

it('asks another pod when one cannot be reached, none when one breaks off, and says 503 when none answers', async () => {
  const dead = async (upstream: Upstream): Promise<void> => {
    const server = createTcpServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    upstream.addPod('dead', port);
  };
  const alive = await serve((incoming, answer) => void incoming.pipe(answer));
  await dead(alive.upstream);
  const answers = await Promise.all(
    Array.from({ length: 5 }, async (_, n) => {
      const answer = await request(alive.url, { method: 'POST', headers, body: `body ${n}` });
      return answer.body.text();
    }),
  );
  expect(answers).toEqual(Array.from({ length: 5 }, (_, n) => `body ${n}`));
  expect(alive.upstream.counts.rq_retry).toBeGreaterThan(0);
  expect(alive.upstream.arrived).toBe(5);

  const none = await serve();
  await dead(none.upstream);
  const answer = await request(none.url, { headers });
  expect([answer.statusCode, answer.headers['x-response-flags']]).toEqual([503, 'upstream_reset']);
  await answer.body.dump();
  expect(none.upstream.counts).toMatchObject({ rq_total: 0, rq_retry: 2 });

  let asked = 0;
  const breaks = await serve(
    createTcpServer((socket: Socket) =>
      socket
        .once('data', () => {
          asked++;
          socket.destroy();
        })
        .on('error', () => {}),
    ),
  );
  const broken = await request(breaks.url, { headers });
  expect([broken.statusCode, asked]).toEqual([503, 1]);
  await broken.body.dump();
  expect(breaks.upstream.active).toBe(0);
});

it('ends the client’s connection where an answer breaks off, so that half an answer is not taken for a whole one', async () => {
  const { port } = await serve((_, answer) => {
    answer.writeHead(200, { 'content-length': '1000' });
    answer.write('only this');
    setTimeout(() => answer.destroy(), 20);
  });
  const text = await raw(port, 'GET / HTTP/1.1\r\nhost: hello.example.com\r\n\r\n');
  expect(text).toMatch(/content-length: 1000[^]*only this$/);
});

it('ends the pod’s work when the client goes, and gives its place to the next', async () => {
  let aborted = 0;
  const { port, upstream, url } = await serve((incoming, answer) => {
    if (incoming.url === '/quick') return void answer.end('quick\n');
    answer.on('close', () => {
      if (!answer.writableFinished) aborted++;
    });
  });
  const sockets = Array.from({ length: 6 }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nhost: hello.example.com\r\n\r\n');
    return socket;
  });
  await vi.waitUntil(() => upstream.active === 5 && upstream.pending === 1, { timeout: 5000 });
  const next = request(`${url}/quick`, { headers });
  await vi.waitUntil(() => upstream.pending === 2, { timeout: 5000 });
  for (const socket of sockets) socket.destroy();
  expect(await (await next).body.text()).toBe('quick\n');
  await vi.waitUntil(() => aborted >= 5 && upstream.active === 0 && upstream.pending === 0, {
    timeout: 5000,
  });
});

it('refuses requests whose end nobody could tell, and removes what belongs to one connection only', async () => {
  let seen = '';
  const { port } = await serve((incoming, answer) => {
    seen = JSON.stringify(incoming.rawHeaders);
    answer.setHeader('keep-alive', 'timeout=5');
    answer.end('ok\n');
  });
  const line = 'POST / HTTP/1.1\r\nhost: hello.example.com\r\n';
  for (const wrong of [
    `${line}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n`,
    `${line}content-length: 3\r\ncontent-length: 4\r\n\r\nabc`,
    `${line}content-length: -1\r\n\r\n`,
    `${line}transfer-encoding: gzip\r\n\r\n`,
    'hello\r\n\r\n',
    // A greeting of TLS, which has no line's end.
    '\x16\x03\x01\x02\x00\x01',
  ]) {
    expect(await raw(port, wrong)).toMatch(/^HTTP\/1\.1 400 [^]*connection: close/);
  }
  const text = await raw(
    port,
    'GET / HT',
    'TP/1.1\r\nHOST: Hello.Example.com:4380\r\nConnection: keep-alive, close\r\nX-Kept: yes\r\nTE: trailers\r',
    '\n\r\n',
  );
  expect(text).toMatch(/ok\n$/);
  expect(text).not.toMatch(/keep-alive:/i);
  expect(seen).toContain('X-Kept');
  expect(seen).not.toMatch(/trailers|"close"/);
});

it('sends 100 Continue once a pod takes the body', async () => {
  const { port } = await serve(
    (incoming, answer) => void incoming.on('data', (chunk) => answer.end(`got ${chunk}\n`)),
  );
  const socket = connect(port, '127.0.0.1');
  cleanUps.push(() => socket.destroy());
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  socket.write(
    'POST / HTTP/1.1\r\nhost: hello.example.com\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n',
  );
  await vi.waitUntil(() => received.includes('100 Continue'), { timeout: 5000 });
  socket.write('body');
  await vi.waitUntil(() => received.includes('got body'), { timeout: 5000 });
});
