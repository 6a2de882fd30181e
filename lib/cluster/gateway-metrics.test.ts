import { expect, it } from 'vitest';
import { readGatewayText } from './gateway-metrics';

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

it('knows nothing rather than 0 where no line is of the service or none has a number', () => {
  expect(readGatewayText('', hello)).toBeNull();
  expect(readGatewayText(text(active('other/hello', 3)), hello)).toBeNull();
  expect(readGatewayText(text(active('default/hello-00001', 'NaN')), hello)).toBeNull();
});
