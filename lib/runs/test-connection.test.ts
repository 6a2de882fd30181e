import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { serviceSchema, type Service } from '@/lib/model/run';
import { testConnection } from './test-connection';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-connection-'));
const pod = { name: 'a', uid: 'a', resourceVersion: '1' };

/** What the API server lists; null: pods may not be listed. */
let pods: object[] | null = [];
/** The hosts that the gateway was asked for. */
let asked: string[] = [];
const api = createServer(({ url = '' }, response) => {
  if (pods && url.includes('/namespaces/default/pods?'))
    return void response.end(JSON.stringify({ items: pods.map((metadata) => ({ metadata })) }));
  response.writeHead(403).end();
});
const gateway = createServer(({ headers }, response) => {
  asked.push(headers.host ?? '');
  response.end();
});
let service: Service;

beforeAll(async () => {
  const listen = async (server: Server): Promise<string> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
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
});
afterAll(() => {
  vi.unstubAllEnvs();
  for (const server of [api, gateway]) server.close();
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
