import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type Message } from '@/lib/model/message';
import { textOf } from '@/lib/words/english';
import { type GatewayService } from './gateway-clusters';
import { gatewayBounds, readGatewayOnce, readGatewayText, sampleGateway } from './gateway-metrics';

const hello = {
  name: 'hello',
  namespace: 'default',
  host: null,
  cluster: null,
  revisions: new Set<string>(),
};
const shop = (...revisions: string[]): GatewayService => ({
  name: 'shop',
  namespace: 'prod',
  host: 'shop.prod.example.com',
  cluster: null,
  revisions: new Set(revisions),
});
const text = (...rows: string[]): string =>
  `# TYPE envoy_cluster_upstream_rq_active gauge\n${rows.join('\n')}\n`;
const active = (cluster: string, value: string | number): string =>
  `envoy_cluster_upstream_rq_active{envoy_cluster_name="${cluster}"} ${value}`;
const pending = (cluster: string, value: string | number): string =>
  `envoy_cluster_upstream_rq_pending_active{envoy_cluster_name="${cluster}"} ${value}`;

it('adds up the clusters of the service, the lab’s and Istio’s names alike', () => {
  const istio = 'outbound|80||hello-00002.default.svc.cluster.local';
  expect(
    readGatewayText(
      text(
        active('default/hello-00001', 3),
        active(istio, 4),
        pending(istio, 2),
        pending('default/hello-00001', 5),
      ),
      hello,
    ),
  ).toEqual({ active: 7, waiting: 7, byRevision: { 'hello-00001': 8, 'hello-00002': 6 } });
});

it('leaves out others: another service of a like name, another namespace, other metrics, comments', () => {
  const rows = [
    active('default/hello-00001', 1),
    active('default/hello-two-00001', 10),
    active('default/hellofresh', 10),
    active('other/hello-00001', 10),
    active('outbound|80||hello-00001.other.svc.cluster.local', 10),
    'envoy_cluster_upstream_rq_total{envoy_cluster_name="default/hello-00001"} 10',
    '# envoy_cluster_upstream_rq_active{envoy_cluster_name="default/hello-00001"} 10',
  ];
  expect(readGatewayText(text(...rows), hello)).toEqual({
    active: 1,
    waiting: 0,
    byRevision: { 'hello-00001': 1 },
  });
});

it('takes a cluster that was named exactly, and only that', () => {
  const rows = text(active('my-upstream', 6), active('default/hello-00001', 1));
  expect(readGatewayText(rows, { ...hello, cluster: 'my-upstream' })).toEqual({
    active: 6,
    waiting: 0,
    byRevision: null,
  });
});

it('reads labels in any order, braces and escapes in values, and times after the value', () => {
  const row = `envoy_cluster_upstream_rq_active{zone="a}b\\"c",envoy_cluster_name="default/hello-00001",pod="g-1"} 2 1700000000000`;
  expect(readGatewayText(row, hello)).toEqual({
    active: 2,
    waiting: 0,
    byRevision: { 'hello-00001': 2 },
  });
});

// knative/serving#8584, #9544: revisions with names of their own.
it.each([
  ['istio.prom', ['shop-blue', 'shop-green-v2'], { active: 9, waiting: 2 }],
  ['kourier.prom', ['shop-blue', 'shop-green-v2'], { active: 9, waiting: 2 }],
  ['default-names.prom', ['shop-00007', 'shop-00008', 'shop-7fz2k'], { active: 14, waiting: 0 }],
])('finds a service’s revisions in %s whatever they are named', (file, names, reading) => {
  const page = readFileSync(
    new URL(`../../testdata/cases/01-own-revision-names/${file}`, import.meta.url),
    'utf8',
  );
  const known = readGatewayText(page, shop(...names));
  expect(known).toMatchObject(reading);
  // Each revision's own add up to all.
  const own = Object.values(known?.byRevision ?? {}).reduce((sum, value) => sum + value, 0);
  expect(own).toBe(reading.active + reading.waiting);
  // As far as names alone can tell.
  expect(readGatewayText(page, shop())).toMatchObject(reading);
});

it('tells a revision from another service of a longer name by the revisions that are known', () => {
  const rows = text(active('default/hello-blue', 3), active('default/hello-world', 10));
  expect(readGatewayText(rows, { ...hello, revisions: new Set(['hello-blue']) })).toEqual({
    active: 3,
    waiting: 0,
    byRevision: { 'hello-blue': 3 },
  });
});

it('takes a revision that is named as Knative names private services for itself', () => {
  const rows = text(active('default/hello-private', 2), active('default/hello-blue-private', 3));
  const revisions = new Set(['hello-private', 'hello-blue']);
  expect(readGatewayText(rows, { ...hello, revisions })?.byRevision).toEqual({
    'hello-private': 2,
    'hello-blue': 3,
  });
});

it('knows nothing rather than 0 where no line is of the service or none has a number', () => {
  expect(readGatewayText('', hello)).toBeNull();
  expect(readGatewayText(text(active('other/hello', 3)), hello)).toBeNull();
  expect(readGatewayText(text(active('default/hello-00001', 'NaN')), hello)).toBeNull();
});

it('tells of a page that never ends, and reads no more of it than its limit', async () => {
  let written = 0;
  const server = createServer((_request, response) => {
    const page = Buffer.alloc(2 ** 20, '# page\n');
    const write = (): void => {
      while (!response.destroyed && response.write(page)) written += page.length;
    };
    response.on('drain', write);
    write();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const failure = await new Promise<Message>((resolve) => {
    const sampler = sampleGateway({
      metricsUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
      service: () => hello,
      intervalMs: 60_000,
      onReading: () => undefined,
      onSecond: () => undefined,
      onFailure: (cause) => {
        sampler.stop();
        resolve(cause);
      },
    });
  });
  server.closeAllConnections();
  server.close();
  expect(failure).toMatchObject({
    code: 'reasons.answer-too-large',
    data: { mebibytes: gatewayBounds.bytes / 2 ** 20 },
  });
  // What the sockets between the two hold comes on top.
  expect(written).toBeLessThan(gatewayBounds.bytes + 2 ** 25);
});

it.each([
  ['Kourier', 'envoy_cluster_upstream_rq_active{envoy_cluster_name="prod/shop-blue"}'],
  ['Istio', 'envoy_cluster_upstream_rq_active{cluster_name="outbound|80||shop-blue.prod.svc.cluster.local"}'],
  [
    'Istio 1.25',
    'envoy_cluster_upstream_rq_active{cluster_name="outbound|80||shop-blue.prod.svc.cluster.local;"}',
  ],
  [
    'Istio through an Envoy that cuts at dots',
    'envoy_cluster_prod_svc_cluster_local_upstream_rq_active{envoy_cluster_name="outbound|80||shop-blue"}',
  ],
  [
    'Istio 1.25 through an Envoy that cuts at dots',
    'envoy_cluster_prod_svc_cluster_local__upstream_rq_active{envoy_cluster_name="outbound|80||shop-blue"}',
  ],
  ['Contour', 'envoy_cluster_upstream_rq_active{envoy_cluster_name="prod_shop-blue_80"}'],
  [
    'Contour without its own name for metrics',
    'envoy_cluster_upstream_rq_active{envoy_cluster_name="prod/shop-blue/80/da39a3ee5e"}',
  ],
  [
    'Envoy Gateway',
    'envoy_cluster_prod_example_com_rule_0_backend_0_upstream_rq_active{envoy_cluster_name="httproute/prod/shop"}',
  ],
])('knows a cluster as %s names it, and none of another service, namespace or revision', (gateway, row) => {
  const others = [
    row.replaceAll('shop', 'shop-two'),
    row.replaceAll('prod', 'other'),
    row.replace('shop-blue', 'shop-red').replace('/shop"', '/cart"'),
  ];
  expect(
    readGatewayText([`${row} 3`, ...others.map((other) => `${other} 10`)].join('\n'), shop('shop-blue')),
  ).toEqual({
    active: 3,
    waiting: 0,
    // Envoy Gateway names a rule of the route, whatever revisions it leads to.
    byRevision: gateway === 'Envoy Gateway' ? null : { 'shop-blue': 3 },
  });
});

const servers: (() => void)[] = [];
afterEach(() => servers.splice(0).forEach((close) => close()));
async function page(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  servers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

it('sums the replicas whose addresses it has', async () => {
  const replicas = await Promise.all(
    [3, 4].map((value) => page((_request, response) => response.end(`${active('prod/shop-blue', value)}\n`))),
  );
  expect(await readGatewayOnce(replicas.join(' '), shop('shop-blue'), 2000)).toEqual({
    active: 7,
    waiting: 0,
    byRevision: { 'shop-blue': 7 },
  });
});

it('asks for the two gauges alone, and for all where a page does not know how', async () => {
  const asked: string[] = [];
  const strict = await page((request, response) => {
    asked.push(request.url!);
    if (request.url!.includes('?')) response.writeHead(400).end();
    else response.end(`${active('prod/shop-blue', 5)}\n`);
  });
  const readings: number[] = [];
  await new Promise<void>((resolve) => {
    const sampler = sampleGateway({
      metricsUrl: strict,
      service: () => shop('shop-blue'),
      intervalMs: 10,
      onReading: (reading) => {
        if (readings.push(reading.active) < 3) return;
        sampler.stop();
        resolve();
      },
      onSecond: () => undefined,
      onFailure: () => undefined,
    });
  });
  expect(readings).toEqual([5, 5, 5]);
  expect(asked.filter((url) => url.includes('filter='))).toHaveLength(1);
});

it('gives the requests/s that a gateway counted, and none where it counts none', async () => {
  const beganMs = Date.now();
  const filters: string[] = [];
  const rates = async (counts: boolean): Promise<Record<string, number>[]> => {
    const url = await page((request, response) => {
      filters.push(new URL(request.url!, 'http://gateway').searchParams.get('filter') ?? '');
      const sent = Math.floor((Date.now() - beganMs) / 10);
      const total = `envoy_cluster_upstream_rq_total{envoy_cluster_name="prod/shop-blue"} ${sent}\n`;
      response.end(`${active('prod/shop-blue', 5)}\n${counts ? total : ''}`);
    });
    const seen: Record<string, number>[] = [];
    const sampler = sampleGateway({
      metricsUrl: url,
      service: () => ({ ...shop('shop-blue'), countsRequests: true }),
      intervalMs: 50,
      onReading: ({ active: inFlight }) => expect(inFlight).toBe(5),
      onSecond: () => undefined,
      onRates: (one) => seen.push({ ...one }),
      onFailure: () => undefined,
    });
    await new Promise((resolve) => setTimeout(resolve, 1700));
    sampler.stop();
    return seen;
  };
  const [counted, uncounted] = await Promise.all([rates(true), rates(false)]);
  expect(counted).toHaveLength(1);
  // A request each 10 ms.
  expect(counted[0]!['shop-blue']).toBeGreaterThan(80);
  expect(counted[0]!['shop-blue']).toBeLessThan(120);
  expect(uncounted).toEqual([]);
  expect(filters[0]).toBe('shop.*upstream_rq_((pending_)?active|total)$');
});

// As the admin page of Envoy 1.40 answers: gauges that were never used are left out where that is asked for.
const envoyPage = (asked: string[], gauges: () => Record<string, number | null>, knows: RegExp) =>
  page((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://envoy');
    asked.push(`${pathname}${searchParams.has('usedonly') ? ' usedonly' : ''}`);
    if (!knows.test(pathname)) return void response.writeHead(404).end('not found');
    response.end(
      Object.entries(gauges())
        .filter(([, value]) => value !== null || !searchParams.has('usedonly'))
        .map(([cluster, value]) =>
          pathname === '/stats'
            ? `cluster.${cluster}.upstream_rq_active: ${value ?? 0}\ncluster.${cluster}.upstream_rq_pending_active: 0\n`
            : `${active(cluster, value ?? 0)}\n${pending(cluster, 0)}\n`,
        )
        .join(''),
    );
  }).then((address) => address.replace('/metrics', '/stats/prometheus'));

/** Readings in a row, changing what is there between them. */
async function inTurn(metricsUrl: string, turns: readonly (() => void)[]): Promise<(number | string)[]> {
  const readings: (number | string)[] = [];
  await new Promise<void>((resolve) => {
    const sampler = sampleGateway({
      metricsUrl,
      service: () => shop('shop-blue'),
      intervalMs: 5,
      onReading: (reading) => next(reading.active + reading.waiting),
      onSecond: () => undefined,
      onFailure: ({ code }) => next(code),
    });
    const next = (told: number | string): void => {
      turns[readings.push(told) - 1]?.();
      if (readings.length <= turns.length) return;
      sampler.stop();
      resolve();
    };
  });
  return readings;
}

it.each([
  ['its plain statistics', /^\/stats/, '/stats'],
  ['Prometheus text alone', /prometheus$/, '/stats/prometheus'],
])(
  'asks Envoy for gauges that were used, where it shows %s, and takes what was not for 0',
  async (_what, knows, path) => {
    const asked: string[] = [];
    const gauges: Record<string, number | null> = { 'prod/shop-blue': null, 'prod/cart': 8 };
    const url = await envoyPage(asked, () => gauges, knows);
    const readings = await inTurn(url, [
      () => undefined,
      () => (gauges['prod/shop-blue'] = 3),
      () => (gauges['prod/shop-blue'] = 0),
    ]);
    expect(readings).toEqual([0, 0, 3, 0]);
    // That it is there was looked up once.
    expect(asked.filter((one) => one === path)).toHaveLength(1);
    expect(asked.slice(-3)).toEqual(Array(3).fill(`${path} usedonly`));
  },
);

it('never takes for 0 what Envoy does not have', async () => {
  const asked: string[] = [];
  const url = await envoyPage(asked, () => ({ 'prod/cart': 8 }), /^\/stats/);
  expect(await inTurn(url, [() => undefined])).toEqual(Array(2).fill('gaps.no-cluster-of-service'));
  // All of its page was read once, not each time.
  expect(asked.filter((one) => one === '/stats/prometheus')).toHaveLength(2);
});

it('tells why a page gives no reading', async () => {
  const istio = await page((_request, response) => response.end('istio_requests_total{app="shop"} 3\n'));
  expect(await readGatewayOnce(istio, shop(), 2000).catch(textOf)).toMatch(/proxyStatsMatcher/);
  const others = await page((_request, response) => response.end(`${active('prod/cart-00001', 3)}\n`));
  expect(await readGatewayOnce(others, shop(), 2000).catch(textOf)).toMatch(/names no cluster of prod\/shop/);
});
