import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2, type Http2Server } from 'node:http2';
import { createServer as createTls } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '@/lib/lab/certificates';
import { type Service } from '@/lib/model/run';
import { fakeService } from './fake-run';
import { type Failure } from './intake';
import { whyNoneSucceeded, whyNotEnded } from './why-none';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-why-none-'));
const servers: (Server | Http2Server)[] = [];
/** The port of the last server that was closed. */
let nobodysPort = 0;
let urls: Record<'http1' | 'tls' | 'grpc' | 'http2', string>;

async function listen(server: Server | Http2Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  const routed: RequestListener = ({ headers }, response) =>
    response.writeHead(headers.host === 'shop.example.com' ? 200 : 404).end();
  const certified = await (await Authority.open(folder)).sign(['shop.example.com']);
  // HTTP/2 alone, by whom nothing else is understood.
  const talks = (contentType: string): Http2Server => {
    const server = createHttp2();
    server.on('stream', (stream) => stream.respond({ 'content-type': contentType }, { endStream: true }));
    return server;
  };
  urls = {
    http1: `http://127.0.0.1:${await listen(createServer(routed))}`,
    tls: `https://127.0.0.1:${await listen(createTls(certified, routed))}`,
    grpc: `http://127.0.0.1:${await listen(talks('application/grpc'))}`,
    http2: `http://127.0.0.1:${await listen(talks('text/plain'))}`,
  };
  const nobodys = createServer();
  nobodysPort = await listen(nobodys);
  await new Promise((resolve) => nobodys.close(resolve));
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const http = `import http from 'k6/http';`;
const grpc = `import grpc from 'k6/net/grpc';`;
const failed = (protocol: Failure['protocol'], status: string | null, errorCode: string | null = null) => ({
  protocol,
  status,
  errorCode,
});

async function why(
  service: Partial<Service>,
  scriptText: string,
  failures: Failure[],
  lastError: string | null = null,
): Promise<{ code: string; data: object } | null> {
  const asked = { ...fakeService('shop'), id: 's', gatewayUnverified: true, ...service };
  const script = { scriptName: 'mine', scriptText };
  return whyNoneSucceeded(asked, { script, failures, lastError }, 5000);
}

describe('what is in the way to a service', () => {
  it('is a port that nobody listens at', async () => {
    const gatewayUrl = `http://127.0.0.1:${nobodysPort}`;
    expect(await why({ gatewayUrl }, http, [failed('http', null, '1212')])).toMatchObject({
      code: 'reasons.nothing-listens',
      data: { url: gatewayUrl },
    });
  });

  it('is TLS where none is asked for, and the other way round', async () => {
    const { tls, http1 } = urls;
    const none = [failed('http', null, '1000')];
    const plain = tls.replace('https:', 'http:');
    expect(await why({ gatewayUrl: plain }, http, none)).toMatchObject({
      code: 'reasons.tls-expected',
      data: { url: tls },
    });
    const asTls = http1.replace('http:', 'https:');
    expect(await why({ gatewayUrl: asTls }, http, none)).toMatchObject({ code: 'reasons.no-tls' });
  });

  it('is a certificate that is not trusted, unless it is not to be looked at', async () => {
    const asked = { gatewayUrl: urls.tls };
    const refused = [failed('http', null, '1310')];
    expect(await why({ ...asked, gatewayUnverified: false }, http, refused)).toMatchObject({
      code: 'reasons.certificate-untrusted',
    });
    expect(await why(asked, http, refused)).toBeNull();
  });

  it('is a host that the gateway does not route, where all requests were answered so', async () => {
    const asked = { gatewayUrl: urls.http1, host: 'other.example.com' };
    const found = { code: 'reasons.not-routed', data: { host: 'other.example.com' } };
    expect(await why(asked, http, [failed('http', '404')])).toMatchObject(found);
    expect(await why(asked, http, [failed('websocket', '404')])).toMatchObject(found);
    expect(await why(asked, http, [failed('http', '404'), failed('http', '503')])).toBeNull();
    expect(await why(asked, http, [])).toBeNull();
  });

  it.each([
    ['HTTP/1.1', 'http1', 'reasons.no-http2'],
    ['HTTP/1.1 over TLS', 'tls', 'reasons.no-http2'],
    ['HTTP/2, and answers by something else', 'http2', 'reasons.no-grpc'],
  ] as const)('is for gRPC alone one that speaks %s', async (_what, at, code) => {
    const asked = { gatewayUrl: urls[at], host: 'shop.example.com' };
    expect(await why(asked, grpc, [])).toMatchObject({ code });
    expect(await why(asked, http, [])).not.toMatchObject({ code });
  });

  it('is nothing where gRPC is spoken', async () => {
    expect(await why({ gatewayUrl: urls.grpc }, grpc, [])).toBeNull();
  });
});

describe('what all failures have in common', () => {
  const told = (
    failures: Failure[],
    lastError: string | null = null,
  ): Promise<{ code: string; data: object } | null> =>
    why({ gatewayUrl: urls.http1, host: 'shop.example.com' }, http, failures, lastError);

  it('is a time that no answer kept', async () => {
    const found = { code: 'reasons.none-ended' };
    expect(await told([failed('http', null, '1050')])).toMatchObject(found);
    expect(await told([failed('grpc', '4')])).toMatchObject(found);
  });

  it('is a status, by the name that its protocol has for it', async () => {
    const found = (status: string): object => ({ code: 'reasons.all-answered', data: { status } });
    expect(await told([failed('http', '503')])).toMatchObject(found('503'));
    expect(await told([failed('grpc', '14')])).toMatchObject(found('UNAVAILABLE'));
    expect(await told([failed('websocket', '200')])).toMatchObject({
      code: 'reasons.no-websocket',
      data: { status: '200' },
    });
    expect(await told([failed('http', '503'), failed('http', '500')])).toBeNull();
  });

  it('is an exception of the script, where it asked for nothing', async () => {
    const threw = 'TypeError: x is undefined\n\tat default (file:///tmp/runs/1/script.ts:4:36(9))\n';
    expect(await told([], threw)).toMatchObject({
      code: 'reasons.with-cause-at',
      data: { cause: 'TypeError: x is undefined', line: 4 },
    });
    expect(await told([])).toBeNull();
  });

  // As k6 v1.8.1 writes what servers answer.
  it.each([
    ['grpc-go', 'unknown service grpc.reflection.v1alpha.ServerReflection'],
    ['grpc-js', 'The server does not implement the method /grpc.reflection.v1.ServerReflection/…'],
    ['grpc-java', 'Method not found: grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo'],
  ])('is a reflection that %s has not', async (_server, words) => {
    const error = `can't list services: rpc error: code = Unimplemented desc = ${words}`;
    expect(await told([failed('grpc', '12')], error)).toMatchObject({ code: 'reasons.no-reflection' });
  });

  it('is no reflection where the gateway has no such host', async () => {
    const error =
      "can't list services: rpc error: code = Unimplemented desc = unexpected HTTP status code received from server: 404 (Not Found)";
    expect(await told([failed('grpc', '12')], error)).toMatchObject({ code: 'reasons.all-answered' });
  });
});

it('says of a load of which some requests had no end what to do, unless others failed otherwise', () => {
  const stream = failed('grpc', '4');
  const request = failed('http', null, '1050');
  expect(whyNotEnded([stream])?.code).toBe('reasons.some-not-ended');
  expect(whyNotEnded([stream, request])?.code).toBe('reasons.some-not-ended');
  expect(whyNotEnded([stream, failed('http', '503')])).toBeNull();
  expect(whyNotEnded([])).toBeNull();
  expect(whyNotEnded([], true)?.code).toBe('reasons.some-not-ended');
  expect(whyNotEnded([failed('http', '503')], true)).toBeNull();
});
