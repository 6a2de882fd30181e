import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Authority } from '@/lib/lab/certificates';
import { english } from '@/lib/words/english';
import { serveApi } from './fake-api-server';
import { gatewayFor, readGateway } from './knative';
import { offeredGateways } from './offered-gateways';
import { offeredHosts } from './offered-hosts';

const serving = '/apis/serving.knative.dev';
const shop = { namespace: 'default', name: 'shop' };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A cluster that has these objects by their paths, answers others by 404, and those that are null by 403. */
async function cluster(objects: Record<string, object | null>) {
  const { config, close } = await serveApi(({ path }, response) => {
    const object = objects[path];
    response.statusCode = object === undefined ? 404 : object === null ? 403 : 200;
    response.end(JSON.stringify(object ?? {}));
  });
  cleanUps.push(close);
  return config;
}

function ingress(...publicLoadBalancer: object[]) {
  return {
    '/apis/networking.internal.knative.dev/v1alpha1/namespaces/default/ingresses/shop': {
      status: { publicLoadBalancer: { ingress: publicLoadBalancer } },
    },
  };
}

function service(place: string, addresses: object[], ports: object[], labels = {}) {
  const [namespace, name] = place.split('/');
  return {
    metadata: { namespace, name, labels },
    spec: { ports },
    status: { loadBalancer: { ingress: addresses } },
  };
}
const web = [
  { name: 'http2', port: 80 },
  { name: 'https', port: 443 },
  { name: 'status-port', port: 15021 },
];

it('offers a service’s URL, its DomainMappings, the tags of its Route and its name in the cluster', async () => {
  const config = await cluster({
    [`${serving}/v1/namespaces/default/services/shop`]: {
      status: {
        url: 'https://shop.default.example.com',
        address: { url: 'http://shop.default.svc.cluster.local' },
        traffic: [{ percent: 100 }, { tag: 'blue', url: 'https://blue-shop.default.example.com' }],
      },
    },
    [`${serving}/v1beta1/namespaces/default/domainmappings`]: {
      items: [
        {
          metadata: { name: 'shop.example.org' },
          spec: { ref: { kind: 'Service', name: 'shop' } },
          status: { url: 'https://shop.example.org' },
        },
        { metadata: { name: 'other.example.org' }, spec: { ref: { kind: 'Service', name: 'other' } } },
      ],
    },
  });
  expect(await offeredHosts(config, shop, 5000)).toEqual({
    hosts: [
      { host: 'shop.default.example.com', kind: 'url', tag: null, isTls: true },
      { host: 'shop.example.org', kind: 'domain', tag: null, isTls: true },
      { host: 'blue-shop.default.example.com', kind: 'tag', tag: 'blue', isTls: true },
      { host: 'shop.default.svc.cluster.local', kind: 'cluster-local', tag: null, isTls: false },
    ],
    unread: [],
  });
});

it('tells by name what it may not read and what is not there', async () => {
  const config = await cluster({ [`${serving}/v1beta1/namespaces/default/domainmappings`]: null });
  const { hosts, unread } = await offeredHosts(config, shop, 5000);
  expect(hosts).toEqual([]);
  const [missing, forbidden] = unread.map(english);
  expect(missing).toMatch(/services\.serving\.knative\.dev default\/shop: .*\(404\)/);
  expect(forbidden).toMatch(/domainmappings\.serving\.knative\.dev: .*may not list it .*\(403\)/);
});

it('offers the addresses of the Service that the Route’s ingress names, by HTTP and HTTPS', async () => {
  const config = await cluster({
    ...ingress({ domainInternal: 'kourier.knative-ingress.svc.cluster.local' }),
    '/api/v1/namespaces/knative-ingress/services/kourier': service(
      'knative-ingress/kourier',
      [{ ip: '203.0.113.7' }, { hostname: 'lb.example.com' }],
      web,
    ),
  });
  const from = 'knative-ingress/kourier';
  expect(await offeredGateways(config, shop, 5000)).toEqual({
    gateways: [
      { url: 'http://203.0.113.7', from, ca: null },
      { url: 'https://203.0.113.7', from, ca: null },
      { url: 'http://lb.example.com', from, ca: null },
      { url: 'https://lb.example.com', from, ca: null },
    ],
    unread: [],
  });
});

it.each([
  ['kourier-system/kourier'],
  ['istio-system/istio-ingressgateway'],
  ['contour-external/envoy'],
  ['projectcontour/envoy'],
  ['higress-system/higress-gateway'],
])('offers %s where the Route’s ingress names none', async (place) => {
  const [namespace, name] = place.split('/');
  const config = await cluster({
    ...ingress(),
    [`/api/v1/namespaces/${namespace}/services/${name}`]: service(
      place,
      [{ ip: '203.0.113.7' }],
      [{ name: 'http', port: 8080 }],
    ),
  });
  expect(await offeredGateways(config, shop, 5000)).toEqual({
    gateways: [{ url: 'http://203.0.113.7:8080', from: place, ca: null }],
    unread: [],
  });
});

it('offers the Services of Envoy Gateway by their label, and an address that the ingress itself has', async () => {
  const made = 'envoy-gateway-system/envoy-default-eg-1';
  const config = await cluster({
    ...ingress({ ip: '2001:db8::7' }),
    '/api/v1/namespaces/envoy-gateway-system/services': {
      items: [
        service(made, [], web, { 'gateway.envoyproxy.io/owning-gateway-name': 'eg' }),
        service('envoy-gateway-system/envoy-gateway', [{ ip: '203.0.113.9' }], web),
      ],
    },
  });
  expect((await offeredGateways(config, shop, 5000)).gateways).toEqual([
    { url: 'http://[2001:db8::7]', from: 'default/shop', ca: null },
    { url: 'https://[2001:db8::7]', from: 'default/shop', ca: null },
    { url: null, from: made, ca: null },
  ]);
});

it('tells an ingress’ Service that may not be read, and no usual one that is not there', async () => {
  const config = await cluster({ ...ingress(), '/api/v1/namespaces/kourier-system/services/kourier': null });
  const { gateways, unread } = await offeredGateways(config, shop, 5000);
  expect(gateways).toEqual([]);
  expect(unread.map(english).join()).toMatch(/^services kourier-system\/kourier: .*\(403\)[^(]*\([^(]*$/);
});

it('takes the gateway’s HTTPS address and authority from ConfigMap scaletrace-gateway where the service’s URL is https', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-offered-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const { certificateFile } = await Authority.open(folder);
  const caFile = join(folder, 'all.pem');
  const certificate = readFileSync(certificateFile, 'utf8');
  writeFileSync(caFile, `password: secret\n${certificate}${readFileSync(join(folder, 'ca.key'), 'utf8')}`);
  const gatewayUrl = 'http://127.0.0.1:4380';
  const config = await cluster({
    '/api/v1/namespaces/knative-serving/configmaps/scaletrace-gateway': {
      data: { gatewayUrl, gatewayTlsUrl: 'https://127.0.0.1:4383', caFile },
    },
  });
  expect(await offeredGateways(config, shop, 5000)).toEqual({
    gateways: [
      { url: gatewayUrl, from: 'scaletrace-gateway', ca: null },
      { url: 'https://127.0.0.1:4383', from: 'scaletrace-gateway', ca: certificate },
    ],
    unread: [],
  });
  const gateway = await readGateway(config);
  // Nothing else of the file is taken.
  const tls = { gatewayUrl: 'https://127.0.0.1:4383', gatewayCa: certificate, gatewayMetricsUrl: null };
  expect(gatewayFor({ isTls: true }, gateway)).toEqual(tls);
  expect(gatewayFor({ isTls: false }, gateway)).toEqual({
    gatewayUrl,
    gatewayCa: null,
    gatewayMetricsUrl: null,
  });
});
