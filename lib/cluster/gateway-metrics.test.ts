import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { type Message } from '@/lib/model/message';
import { gatewayBounds, readGatewayText, sampleGateway } from './gateway-metrics';

const hello = { name: 'hello', namespace: 'default', cluster: null };
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
  ).toEqual({ active: 7, waiting: 7 });
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
  expect(readGatewayText(text(...rows), hello)).toEqual({ active: 1, waiting: 0 });
});

it('takes a cluster that was named exactly, and only that', () => {
  const rows = text(active('my-upstream', 6), active('default/hello-00001', 1));
  expect(readGatewayText(rows, { ...hello, cluster: 'my-upstream' })).toEqual({ active: 6, waiting: 0 });
});

it('reads labels in any order, braces and escapes in values, and times after the value', () => {
  const row = `envoy_cluster_upstream_rq_active{zone="a}b\\"c",envoy_cluster_name="default/hello-00001",pod="g-1"} 2 1700000000000`;
  expect(readGatewayText(row, hello)).toEqual({ active: 2, waiting: 0 });
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
  const shop = { name: 'shop', namespace: 'prod', cluster: null };
  expect(readGatewayText(page, { ...shop, revisions: new Set(names) })).toEqual(reading);
  // As far as names alone can tell.
  expect(readGatewayText(page, shop)).toEqual(reading);
});

it('tells a revision from another service of a longer name by the revisions that are known', () => {
  const rows = text(active('default/hello-blue', 3), active('default/hello-world', 10));
  expect(readGatewayText(rows, { ...hello, revisions: new Set(['hello-blue']) })).toEqual({
    active: 3,
    waiting: 0,
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
      service: hello,
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
