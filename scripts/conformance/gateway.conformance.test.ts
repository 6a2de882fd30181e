import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GatewayService, hostsAddress, waysOfAsking } from '@/lib/cluster/gateway-clusters';
import {
  type GatewayReading,
  readGatewayOnce,
  readGatewayText,
  sampleGateway,
} from '@/lib/cluster/gateway-metrics';
import { readHosts } from '@/lib/cluster/host-counts';
import { Authority } from './certificates';
import { haveParts } from './control-plane';
import { type Envoy, startEnvoy, type Upstream } from './envoy';

/** How each gateway names the cluster of a revision; `istio`: its metrics keep dots. */
const gateways: Record<
  string,
  { istio?: boolean; name: (revision: string) => Pick<Upstream, 'cluster' | 'statName'> }
> = {
  Kourier: { name: (revision) => ({ cluster: `prod/${revision}` }) },
  Istio: {
    istio: true,
    name: (revision) => ({ cluster: `outbound|80||${revision}.prod.svc.cluster.local` }),
  },
  'Istio 1.25, Higress, MSE': {
    istio: true,
    name: (revision) => ({
      cluster: `outbound|80||${revision}.prod.svc.cluster.local`,
      statName: `outbound|80||${revision}.prod.svc.cluster.local;`,
    }),
  },
  'Istio’s names without Istio’s rule': {
    name: (revision) => ({ cluster: `outbound|80||${revision}.prod.svc.cluster.local` }),
  },
  Contour: {
    name: (revision) => ({ cluster: `prod/${revision}/80/da39a3ee5e`, statName: `prod_${revision}_80` }),
  },
  'Envoy Gateway': {
    name: (revision) => ({
      cluster: `httproute/prod/${revision === 'shop-blue' ? 'shop' : revision}.prod.example.com/rule/0/backend/0`,
    }),
  },
};

const shop: GatewayService = {
  name: 'shop',
  namespace: 'prod',
  host: 'shop.prod.example.com',
  cluster: null,
  revisions: new Set(['shop-blue']),
};

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server that keeps what comes until it is let go. */
class Slow {
  readonly waiting: ServerResponse[] = [];
  private readonly server = createServer((_request, response) => this.waiting.push(response));
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function envoy(...args: Parameters<typeof startEnvoy>): Promise<Envoy> {
  const started = await startEnvoy(...args);
  cleanUps.push(started.close);
  return started;
}

/** Requests that stay under way until the test ends. */
function ask(gatewayUrl: string, host: string, count: number): void {
  for (let n = 0; n < count; n++) {
    const request = get(gatewayUrl, { headers: { host }, agent: false });
    request.on('error', () => {});
    cleanUps.push(() => request.destroy());
  }
}

/** CPU seconds that a process has used (proc(5): utime and stime, in hundredths). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

describe.skipIf(!haveParts('envoy', 'openssl'))('a real Envoy as the gateway', () => {
  let slow: Slow;
  beforeAll(async () => {
    slow = await new Slow().start();
  });
  afterAll(() => slow.close());

  it.each(Object.entries(gateways))(
    'tells what is in flight and waits for its service among 1,000 others, named as by %s',
    async (gateway, { istio, name }) => {
      const { gatewayUrl, metricsUrl } = await envoy(
        [
          { host: shop.host!, port: slow.port, maxConnections: 5, ...name('shop-blue') },
          { host: 'two.prod.example.com', port: slow.port, ...name('shop-two-00001') },
          ...Array.from({ length: 1000 }, (_, n) => ({
            host: `other-${n}.prod.example.com`,
            port: slow.port,
            ...name(`other-${n}-00001`),
          })),
        ],
        { istio: istio ?? false },
      );
      // Envoy Gateway names a cluster by its route, which tells no revision.
      const byRevision = (n: number) => (gateway === 'Envoy Gateway' ? null : { 'shop-blue': n });
      expect(await readGatewayOnce(metricsUrl, shop, 10_000)).toEqual({
        active: 0,
        waiting: 0,
        byRevision: byRevision(0),
      });
      ask(gatewayUrl, shop.host!, 8);
      ask(gatewayUrl, 'two.prod.example.com', 3);
      ask(gatewayUrl, 'other-1.prod.example.com', 3);
      await vi.waitFor(
        async () => {
          const reading = await readGatewayOnce(metricsUrl, shop, 10_000);
          // The breaker lets five connections to the pod: the rest waits in the gateway.
          expect(reading).toEqual({ active: 5, waiting: 3, byRevision: byRevision(8) });
        },
        { timeout: 20_000, interval: 100 },
      );
      // What was sent to a pod counts; what waits was not yet.
      const counting = { ...shop, countsRequests: true };
      const { requests } = await readGatewayOnce(metricsUrl, counting, 10_000);
      expect(requests).toEqual(byRevision(5) ?? undefined);
      // Its hosts, which cost it less, tell the same, by the same names.
      const page = await (await fetch(hostsAddress(metricsUrl, counting)!)).text();
      const { hosts, isWhole } = readHosts(page, counting);
      expect([[...hosts.values()].map(({ revision, total }) => ({ [revision]: total })), isWhole]).toEqual([
        byRevision(5) ? [byRevision(5)] : [],
        false,
      ]);
      // Envoy leaves all else out, as it was asked to.
      for (const address of waysOfAsking(metricsUrl, shop).flatMap(({ quick, sure }) => [quick, sure])) {
        const asked = await (await fetch(address)).text();
        expect(readGatewayText(asked, shop)).toMatchObject({ active: 5, waiting: 3 });
        expect(asked.length).toBeLessThan(10_000);
      }
    },
  );

  it.each([
    ['what is in flight', false],
    ['what is in flight and the requests that were sent', true],
  ])('costs a gateway of 1,000 clusters little of its time to tell %s', async (_what, countsRequests) => {
    const { metricsUrl, pid } = await envoy([
      { host: shop.host!, port: slow.port, cluster: 'prod/shop-blue' },
      ...Array.from({ length: 1000 }, (_, n) => ({
        host: `other-${n}.prod.example.com`,
        port: slow.port,
        cluster: `prod/other-${n}-00001`,
      })),
    ]);
    const before = cpuSeconds(pid);
    const seconds: GatewayReading[] = [];
    const sampler = sampleGateway({
      metricsUrl,
      service: () => ({ ...shop, countsRequests }),
      intervalMs: 100,
      onReading: () => {},
      onSecond: (mean) => seconds.push(mean),
      onFailure: () => {},
    });
    await pause(10_000);
    sampler.stop();
    const used = cpuSeconds(pid) - before;
    console.log(
      `Envoy used ${(used * 10).toFixed(1)} % of a core for ${seconds.length} readings of a second`,
    );
    expect(seconds.length).toBeGreaterThan(4);
    // All of its page ten times a second took three quarters of a core.
    // As Prometheus text, whose every metric is looked at, it was 5 %.
    expect(used).toBeLessThan(0.25);
  });

  it('counts requests of HTTP/2 on both sides, and by TLS', async () => {
    const streams: ServerHttp2Stream[] = [];
    const upstream = createHttp2Server();
    // How Envoy ends a stream whose requester has gone is no matter here.
    upstream.on('stream', (stream) => streams.push(stream.on('error', () => undefined)));
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => upstream.close());
    const folder = mkdtempSync(join(tmpdir(), 'scaletrace-tls-'));
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
    const authority = new Authority(folder, 'openssl');
    const { tlsPort, metricsUrl } = await envoy(
      [
        {
          host: shop.host!,
          port: (upstream.address() as AddressInfo).port,
          cluster: 'prod/shop-blue',
          http2: true,
        },
      ],
      { tls: authority.sign('gateway', '/CN=gateway', [`DNS:${shop.host}`]) },
    );
    const session = connect(`https://127.0.0.1:${tlsPort}`, {
      ca: readFileSync(authority.certificate),
      servername: shop.host!,
    });
    session.on('error', () => {});
    cleanUps.push(() => session.destroy());
    for (let n = 0; n < 6; n++)
      session.request({ ':path': '/', ':authority': shop.host! }).on('error', () => {});
    await vi.waitFor(
      async () =>
        expect(await readGatewayOnce(metricsUrl, shop, 10_000)).toEqual({
          active: 6,
          waiting: 0,
          byRevision: { 'shop-blue': 6 },
        }),
      { timeout: 20_000, interval: 100 },
    );
    for (const stream of streams) stream.destroy();
  });
});
