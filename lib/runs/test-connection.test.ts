import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { type TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Authority } from '@/lib/lab/certificates';
import { serviceSchema, type Service } from '@/lib/model/run';
import { clientCertificateShown } from '@/lib/outgoing/certificates';
import { writeClientCertificate } from '@/lib/store/client-certificates';
import { testConnection } from './test-connection';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-connection-'));
const pod = { name: 'a', uid: 'a', resourceVersion: '1' };

/** What the API server lists; null: pods may not be listed. */
let pods: object[] | null = [];
/** The Knative Service's; null: it may not be read. */
let conditions: object[] | null = null;
/** The hosts that the gateway was asked for. */
let asked: string[] = [];
const api = createServer(({ url = '' }, response) => {
  if (pods && url.includes('/namespaces/default/pods?'))
    return void response.end(JSON.stringify({ items: pods.map((metadata) => ({ metadata })) }));
  if (conditions && url.includes('/services/shop'))
    return void response.end(JSON.stringify({ metadata: { name: 'shop' }, status: { conditions } }));
  response.writeHead(403).end();
});
const answer: RequestListener = ({ headers }, response) => {
  asked.push(headers.host ?? '');
  response.end();
};
const gateway = createServer(answer);
let authority: Authority;
let safe: TlsServer;
let strict: TlsServer;
/** As nginx with `ssl_verify_client on`: it shakes hands with whoever comes and refuses by a page. */
let nginx: TlsServer;
let service: Service;
let urls = { plain: '', safe: '', strict: '', nginx: '' };

async function listen(server: Server | TlsServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const config = join(folder, 'config');
  writeFileSync(
    config,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: await listen(api) } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  vi.stubEnv('KUBECONFIG', config);
  vi.stubEnv('SCALETRACE_DIR', folder);
  service = serviceSchema.parse({
    id: 's',
    name: 'shop',
    namespace: 'default',
    gatewayUrl: await listen(gateway),
    host: 'shop.example.com',
    podSelector: 'app=shop',
    containerConcurrency: 5,
    annotations: {},
    gatewayMetricsUrl: null,
    gatewayCluster: null,
    origin: 'manual',
  });
  authority = await Authority.open(folder);
  const ca = readFileSync(authority.certificateFile, 'utf8');
  const certified = await authority.sign([service.host]);
  safe = createTlsServer(certified, answer);
  strict = createTlsServer({ ...certified, ca, requestCert: true }, answer);
  nginx = createTlsServer(
    { ...certified, ca, requestCert: true, rejectUnauthorized: false },
    (asking, to) => {
      const socket = asking.socket as TLSSocket;
      const isShown = Object.keys(socket.getPeerCertificate()).length > 0;
      if (isShown && socket.authorized) return answer(asking, to);
      const why = isShown ? 'The SSL certificate error' : 'No required SSL certificate was sent';
      to.writeHead(400, { 'content-type': 'text/html' }).end(`<html><title>400 ${why}</title></html>`);
    },
  );
  urls = {
    plain: service.gatewayUrl,
    safe: (await listen(safe)).replace('http:', 'https:'),
    strict: (await listen(strict)).replace('http:', 'https:'),
    nginx: (await listen(nginx)).replace('http:', 'https:'),
  };
});
afterAll(() => {
  vi.unstubAllEnvs();
  for (const server of [api, gateway, safe, strict, nginx]) server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => void (asked = []));

it.each([
  ['at zero', [], 'asleep'],
  ['whose last pod is ending', [{ ...pod, deletionTimestamp: '2026-01-01T00:00:00Z' }], 'asleep'],
  ['whose pods may not be listed', null, 'pods-unknown'],
  ['with a pod', [pod], 'routed'],
])('a service %s is not woken unasked', async (_what, listed, code) => {
  pods = listed;
  const found = async (one: Service, wakes: boolean) =>
    Object.fromEntries((await testConnection(one, { wakes })).map(({ name, code }) => [name, code]));
  expect(await found(service, false)).toMatchObject({ gateway: 'answers', host: code });
  expect(asked.includes(service.host)).toBe(code === 'routed');
  // The gateway's address itself is the service's.
  asked = [];
  const { host } = new URL(service.gatewayUrl);
  const own = code === 'routed' ? 'answers' : code;
  expect(await found({ ...service, host }, false)).toMatchObject({ gateway: own, host: code });
  expect(asked.length > 0).toBe(code === 'routed');
  expect(await found({ ...service, host }, true)).toMatchObject({ gateway: 'answers', host: 'routed' });
});

/** What each check says, in English. */
async function told(of: Partial<Service>): Promise<Record<string, string>> {
  const checks = await testConnection({ ...service, ...of }, { wakes: true });
  return Object.fromEntries(
    checks.map(({ name, code, data }) => [name, code === 'failed' ? String(data.why) : code]),
  );
}

it('says of a gateway over TLS what holds: its certificate, its protocol, and that it takes the client’s', async () => {
  const gatewayCa = readFileSync(authority.certificateFile, 'utf8');
  expect(await told({ gatewayUrl: urls.safe, gatewayCa })).toMatchObject({
    name: 'no-name',
    gateway: 'answers',
    tls: 'certificate',
    protocol: 'no-http2',
    host: 'routed',
  });
  const asks = { gatewayUrl: urls.strict, gatewayCa };
  expect((await told(asks)).tls).toContain('asks for a client certificate');
  const files = await authority.sign(['client']);
  writeClientCertificate(service.id, files);
  expect(await told({ ...asks, gatewayClient: clientCertificateShown(files) })).toMatchObject({
    gateway: 'answers',
    client: 'client-certificate',
    host: 'routed',
  });
  const old = await authority.sign(['client'], { days: -2 });
  expect((await told({ ...asks, gatewayClient: clientCertificateShown(old) })).client).toContain('expired');
  writeClientCertificate(service.id, null);
  expect((await told({ ...asks, gatewayClient: clientCertificateShown(files) })).tls).toContain(
    'is not on this machine',
  );
});

it('reads of nginx’s page that it wants a client’s certificate, or another one', async () => {
  const asks = { gatewayUrl: urls.nginx, gatewayCa: readFileSync(authority.certificateFile, 'utf8') };
  const none = await told(asks);
  for (const of of [none.gateway, none.host]) expect(of).toContain('asks for a client certificate');
  const foreign = await (await Authority.open(mkdtempSync(join(folder, 'foreign-')))).sign(['client']);
  writeClientCertificate(service.id, foreign);
  const refused = await told({ ...asks, gatewayClient: clientCertificateShown(foreign) });
  for (const of of [refused.gateway, refused.host])
    expect(of).toContain('does not take the client certificate');
  const files = await authority.sign(['client']);
  writeClientCertificate(service.id, files);
  expect(await told({ ...asks, gatewayClient: clientCertificateShown(files) })).toMatchObject({
    gateway: 'answers',
    client: 'client-certificate',
    host: 'routed',
  });
  writeClientCertificate(service.id, null);
});

it('says by which scheme a port is to be asked, and which name nobody knows', async () => {
  const wrong = { https: urls.plain.replace('http:', 'https:'), http: urls.safe.replace('https:', 'http:') };
  expect((await told({ gatewayUrl: wrong.https })).tls).toContain(`take ${urls.plain}`);
  expect((await told({ gatewayUrl: wrong.http })).gateway).toContain(`take ${urls.safe}`);
  expect((await told({ gatewayUrl: 'http://nowhere.invalid' })).name).toMatch(/nowhere\.invalid/);
});

it('says why a service is not ready, by its own conditions, or that it may not be read', async () => {
  expect((await told({})).ready).toContain('services.serving.knative.dev');
  conditions = [
    { type: 'ConfigurationsReady', status: 'True' },
    { type: 'RoutesReady', status: 'False', reason: 'RevisionMissing', message: 'shop-00002 is not there.' },
    { type: 'Ready', status: 'False', reason: 'RevisionMissing' },
  ];
  expect((await told({})).ready).toContain('RoutesReady – RevisionMissing: shop-00002 is not there.');
  conditions = [{ type: 'Ready', status: 'True' }];
  expect((await told({})).ready).toBe('ready');
});
