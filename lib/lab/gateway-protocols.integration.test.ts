import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import {
  connect as connectHttp2,
  constants,
  createServer as createHttp2Server,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Authority } from './certificates';
import { Gateway } from './gateway';
import { Upstream } from './upstream';

const host = 'hello.default.example.com';
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-tls-'));
let authority: Authority;
let ca: string;
const cleanUps: (() => unknown)[] = [];
beforeAll(async () => {
  authority = await Authority.open(folder);
  ca = readFileSync(authority.certificateFile, 'utf8');
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

interface Served {
  plain: number;
  tls: number;
  upstream: Upstream;
}

/** A gateway before one pod of these streams (h2c) or this listener (HTTP/1.1), two requests at once. */
async function serve(
  pod:
    | { http1: RequestListener | Server }
    | { h2c: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void },
): Promise<Served> {
  const upstream = new Upstream('default/hello-00001', 2, () => {});
  if ('h2c' in pod) {
    const server = createHttp2Server();
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      pod.h2c(stream, headers);
    });
    upstream.addPod('pod-0', await listen(server), 'h2c');
    cleanUps.push(() => server.close());
  } else {
    const server = typeof pod.http1 === 'function' ? createServer(pod.http1) : pod.http1;
    upstream.addPod('pod-0', await listen(server));
    cleanUps.push(() => server.close());
  }
  const gateway = new Gateway({ maxPending: 3 });
  gateway.certify(await authority.sign(['*.default.example.com', 'localhost', '127.0.0.1']));
  gateway.route(host, [{ upstream, percent: 100 }]);
  const [plain, tls] = [await listen(gateway.server), await listen(gateway.tlsServer)];
  cleanUps.push(
    () => upstream.close(),
    () => gateway.close(),
  );
  return { plain, tls, upstream };
}

function session({ plain, tls }: Served, over: 'h2' | 'h2c'): ClientHttp2Session {
  const opened =
    over === 'h2'
      ? connectHttp2(`https://127.0.0.1:${tls}`, { ca, servername: host })
      : connectHttp2(`http://127.0.0.1:${plain}`);
  opened.on('error', () => {});
  cleanUps.push(() => opened.destroy());
  return opened;
}

interface Answer {
  headers: IncomingHttpHeaders;
  body: string;
  trailers: IncomingHttpHeaders;
}

async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  const answer: Answer = { headers: {}, body: '', trailers: {} };
  stream.on('response', (headers: IncomingHttpHeaders) => (answer.headers = headers));
  stream.on('trailers', (trailers: IncomingHttpHeaders) => (answer.trailers = trailers));
  stream.setEncoding('utf8').on('data', (text: string) => (answer.body += text));
  await once(stream, 'close');
  return answer;
}

const post = { ':method': 'POST', ':path': '/ping', ':authority': host };
const idle = ({ upstream }: Served): Promise<boolean> =>
  vi.waitUntil(() => upstream.active === 0 && upstream.pending === 0, { timeout: 5000 });

it('keeps its authority, with a key that only its owner reads', async () => {
  expect(statSync(join(folder, 'ca.key')).mode & 0o777).toBe(0o600);
  const again = await Authority.open(folder);
  expect(readFileSync(again.certificateFile, 'utf8')).toBe(ca);
});

it('speaks HTTP/1.1 or HTTP/2 over TLS as the client wishes, to pods of either', async () => {
  for (const pod of [
    { http1: (_, answer) => void answer.end('hello\n') } satisfies { http1: RequestListener },
    {
      h2c: (stream: ServerHttp2Stream) => {
        stream.respond({ ':status': 200 });
        stream.end('hello\n');
      },
    },
  ]) {
    const served = await serve(pod);
    for (const allowH2 of [false, true]) {
      const dispatcher = new Agent({ allowH2, connect: { ca, servername: host } });
      const { statusCode, headers, body } = await request(`https://127.0.0.1:${served.tls}/`, {
        headers: { host },
        dispatcher,
      });
      expect([statusCode, headers['x-pod'], await body.text()]).toEqual([200, 'pod-0', 'hello\n']);
      await dispatcher.destroy();
    }
    const plain = await request(`http://127.0.0.1:${served.plain}/`, { headers: { host } });
    expect([plain.statusCode, await plain.body.text()]).toEqual([200, 'hello\n']);
    const direct = await answerOf(session(served, 'h2c').request({ ':path': '/', ':authority': host }));
    expect([direct.headers[':status'], direct.headers['x-pod'], direct.body]).toEqual([
      200,
      'pod-0',
      'hello\n',
    ]);
    await idle(served);
    expect([served.upstream.completed, served.upstream.responses.get('2xx')]).toEqual([4, 4]);
  }
});

it('passes bodies of any size both ways unchanged, whatever each side speaks', async () => {
  const big = Buffer.alloc(2_000_000, 'scale');
  for (const pod of [
    { http1: ((incoming, answer) => void incoming.pipe(answer)) satisfies RequestListener },
    {
      h2c: (stream: ServerHttp2Stream) => {
        stream.respond({ ':status': 200 });
        stream.pipe(stream);
      },
    },
  ]) {
    const served = await serve(pod);
    const stream = session(served, 'h2').request(post);
    stream.end(big);
    expect((await answerOf(stream)).body === big.toString()).toBe(true);
    const dispatcher = new Agent({ connect: { ca, servername: host } });
    const answer = await request(`https://127.0.0.1:${served.tls}/`, {
      method: 'POST',
      headers: { host },
      body: big,
      dispatcher,
    });
    expect((await answer.body.text()) === big.toString()).toBe(true);
    await dispatcher.destroy();
    await idle(served);
  }
});

it('passes trailers, and messages both ways as they come', async () => {
  const served = await serve({
    h2c: (stream, headers) => {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', te: String(headers.te) },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
      stream.on('data', (chunk: Buffer) => stream.write(`${chunk.toString()}!`));
      stream.on('end', () => stream.end());
    },
  });
  for (const over of ['h2', 'h2c'] as const) {
    const stream = session(served, over).request({
      ...post,
      te: 'trailers',
      'content-type': 'application/grpc',
    });
    const heard: string[] = [];
    stream.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
    for (const word of ['one', 'two', 'three']) {
      stream.write(word);
      // The answer to each comes while the request is still open: nothing is gathered on the way.
      await vi.waitUntil(() => heard.at(-1) === `${word}!`, { timeout: 5000 });
      expect([served.upstream.active, served.upstream.pending]).toEqual([1, 0]);
    }
    const whole = answerOf(stream);
    stream.end();
    expect((await whole).trailers).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'fine' });
    await idle(served);
  }
  const none = await serve({
    h2c: (stream) => stream.respond({ ':status': 200, 'grpc-status': '5' }, { endStream: true }),
  });
  const only = await answerOf(session(none, 'h2').request(post).end());
  expect([only.headers['grpc-status'], only.body]).toEqual(['5', '']);
  await idle(none);
});

it('gives each pod its container concurrency of streams, queues the rest, and refuses what the queue cannot take', async () => {
  const open: ServerHttp2Stream[] = [];
  const served = await serve({ h2c: (stream) => void open.push(stream) });
  const client = session(served, 'h2');
  const answers = Array.from({ length: 6 }, () =>
    answerOf(client.request({ ...post, 'content-type': 'application/grpc' }).end()),
  );
  await vi.waitUntil(() => open.length === 2 && served.upstream.pending === 3, { timeout: 5000 });
  const refused = await answers[5]!;
  expect([
    refused.headers[':status'],
    refused.headers['grpc-status'],
    refused.headers['x-response-flags'],
  ]).toEqual([200, '14', 'upstream_overflow']);
  let most = 0;
  while (open.length > 0) {
    most = Math.max(most, served.upstream.active);
    const stream = open.shift()!;
    stream.respond({ ':status': 200 });
    stream.end('done');
    await vi.waitUntil(() => open.length === Math.min(2, served.upstream.active), { timeout: 5000 });
  }
  expect(most).toBe(2);
  expect((await Promise.all(answers.slice(0, 5))).map(({ body }) => body)).toEqual(Array(5).fill('done'));
  await idle(served);
  expect([
    served.upstream.counts.rq_total,
    served.upstream.counts.rq_pending_overflow,
    served.upstream.responses.get('2xx'),
    served.upstream.responses.get('5xx'),
  ]).toEqual([5, 1, 5, 1]);
});

it('ends the pod’s work when the client goes, and tells the client when the pod breaks off', async () => {
  const codes: number[] = [];
  const served = await serve({
    h2c: (stream, headers) => {
      stream.on('close', () => codes.push(stream.rstCode)).resume();
      stream.respond({ ':status': 200 });
      stream.write('first');
      if (headers[':path'] === '/breaks') setTimeout(() => stream.destroy(new Error('breaks')), 20);
    },
  });
  const client = session(served, 'h2');
  const left = client.request(post);
  left.write('a request that never ends');
  await once(left, 'data');
  left.close(constants.NGHTTP2_CANCEL);
  await vi.waitUntil(() => codes.length === 1, { timeout: 5000 });
  expect(codes).toEqual([constants.NGHTTP2_CANCEL]);
  await idle(served);
  const broken = client.request({ ...post, ':path': '/breaks' });
  broken.on('error', () => {}).resume();
  await new Promise((resolve) => broken.once('close', resolve));
  expect(broken.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  await idle(served);
});

it('holds back a pod whose client does not read, while others of its connection go on', async () => {
  let sent = 0;
  const served = await serve({
    h2c: (stream, headers) => {
      stream.respond({ ':status': 200 });
      if (headers[':path'] === '/small') return void stream.end('small');
      const more = (): void => {
        while (sent < 40_000_000) {
          sent += 100_000;
          if (!stream.write(Buffer.alloc(100_000))) return void stream.once('drain', more);
        }
        stream.end();
      };
      more();
    },
  });
  const client = session(served, 'h2');
  const slow = client.request({ ...post, ':path': '/big' });
  slow.pause();
  await once(slow, 'response');
  let before = -1;
  await vi.waitUntil(() => before === (before = sent), { timeout: 10_000, interval: 200 });
  expect(sent).toBeLessThan(40_000_000);
  expect((await answerOf(client.request({ ...post, ':path': '/small' }))).body).toBe('small');
  let read = 0;
  slow.on('data', (chunk: Buffer) => (read += chunk.length)).resume();
  await vi.waitUntil(() => read === sent && sent === 40_000_000, { timeout: 20_000 });
});

it('says in each protocol what it could not do', async () => {
  const served = await serve({ h2c: (stream) => stream.session?.destroy() });
  const client = session(served, 'h2');
  const ask = (path: string, headers: Record<string, string>): Promise<Answer> =>
    answerOf(client.request({ ':path': path, ':authority': host, ...headers }));
  const unknown = await ask('/', { ':authority': 'nobody.example.com' });
  expect([unknown.headers[':status'], unknown.headers['x-response-flags'], unknown.body]).toEqual([
    404,
    'route_not_found',
    'No service has the host "nobody.example.com".\n',
  ]);
  const dead = await ask('/', {});
  expect([dead.headers[':status'], dead.headers['x-response-flags']]).toEqual([503, 'upstream_reset']);
  const grpc = await ask('/', { 'content-type': 'application/grpc' });
  expect([grpc.headers[':status'], grpc.headers['grpc-status']]).toEqual([200, '14']);
  const plain = await request(`http://127.0.0.1:${served.plain}/`, { headers: { host } });
  expect([plain.statusCode, await plain.body.text()]).toEqual([503, 'The pod did not answer.\n']);
  await idle(served);
});

it('shows a certificate that holds for its hosts only, and to those only who trust its authority', async () => {
  const { tls } = await serve({ http1: (_, answer) => void answer.end() });
  const shake = async (options: { ca?: string; servername: string }): Promise<string> => {
    const socket = connectTls({ port: tls, host: '127.0.0.1', ALPNProtocols: ['h2'], ...options });
    cleanUps.push(() => socket.destroy());
    return await once(socket, 'secureConnect').then(
      () => String(socket.alpnProtocol),
      (error: NodeJS.ErrnoException) => error.code ?? '',
    );
  };
  expect(await shake({ ca, servername: host })).toBe('h2');
  expect(await shake({ ca, servername: 'blue-hello.default.example.com' })).toBe('h2');
  expect(await shake({ servername: host })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  expect(await shake({ ca, servername: 'shop.example.org' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

it('carries a WebSocket, plain and over TLS, and counts it while it is open', async () => {
  const http = createServer();
  const pods = new WebSocketServer({ server: http });
  const ended: number[] = [];
  pods.on('connection', (socket, { headers }) => {
    socket.send(`welcome ${headers.host}`);
    socket.on('message', (data: Buffer, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('close', (code) => ended.push(code));
  });
  const served = await serve({ http1: http });
  for (const url of [`ws://127.0.0.1:${served.plain}`, `wss://127.0.0.1:${served.tls}`]) {
    const options = { headers: { host }, ca, servername: host };
    const sockets = Array.from({ length: 3 }, () => new WebSocket(url, options));
    const heard = sockets.map((socket) => {
      const texts: string[] = [];
      socket.on('message', (data: Buffer) => texts.push(data.toString()));
      return texts;
    });
    const isOpen = (socket: WebSocket): boolean => socket.readyState === WebSocket.OPEN;
    await vi.waitUntil(() => sockets.filter(isOpen).length === 2, { timeout: 5000 });
    expect([served.upstream.active, served.upstream.pending]).toEqual([2, 1]);
    const first = sockets.findIndex(isOpen);
    const big = 'message '.repeat(100_000);
    sockets[first]!.send(big);
    await vi.waitUntil(() => heard[first]!.length === 2, { timeout: 5000 });
    expect(heard[first]![0]).toBe(`welcome ${host}`);
    expect(heard[first]![1] === big).toBe(true);
    // A place that is given back is the next one's.
    sockets[first]!.close(4000);
    await vi.waitUntil(() => sockets.filter(isOpen).length === 2, { timeout: 5000 });
    expect(ended.shift()).toBe(4000);
    for (const socket of sockets) socket.terminate();
    await idle(served);
    await vi.waitUntil(() => ended.length === 2, { timeout: 5000 });
    ended.length = 0;
  }
  expect(served.upstream.responses.get('1xx')).toBe(6);
  // The pod's end of one is the client's too.
  const socket = new WebSocket(`ws://127.0.0.1:${served.plain}`, { headers: { host } });
  await once(socket, 'message');
  for (const client of pods.clients) client.close(1012);
  expect((await once(socket, 'close'))[0]).toBe(1012);
  await idle(served);
});

it('passes each server-sent event on as it comes', async () => {
  const answers: ServerResponse[] = [];
  const served = await serve({
    http1: (_, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      answers.push(answer);
    },
  });
  const dispatcher = new Agent({ connect: { ca, servername: host } });
  cleanUps.push(() => dispatcher.destroy());
  const { body } = await request(`https://127.0.0.1:${served.tls}/`, { headers: { host }, dispatcher });
  const stream = session(served, 'h2').request({ ':path': '/', ':authority': host });
  await once(stream, 'response');
  for (const [i, readable] of ([body, stream] as Readable[]).entries()) {
    let text = '';
    readable.on('error', () => {});
    readable.on('data', (chunk: Buffer) => (text += chunk.toString()));
    for (const event of ['one', 'two']) {
      answers[i]!.write(`data: ${event}\n\n`);
      await vi.waitUntil(() => text.endsWith(`data: ${event}\n\n`), { timeout: 5000 });
    }
  }
  expect(served.upstream.active).toBe(2);
  for (const answer of answers) answer.end();
  await idle(served);
});
