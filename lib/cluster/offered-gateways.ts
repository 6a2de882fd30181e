import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { message, type Message } from '@/lib/model/message';
import { type OfferedGateway } from '@/lib/model/offered-target';
import { readGateway } from './knative';
import { ask } from './offered-hosts';
import { pathOf } from './resource';
import { type OptionalResource } from './unread';

const without = message('unread.without-ingress');
/** What Knative asks of the ingress for a Route, of the Route's own name; its status says which Service takes the requests. */
const ingresses: OptionalResource = {
  group: 'networking.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'ingresses',
  namespaced: true,
  without,
};
const kubernetesServices: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'services',
  namespaced: true,
  without,
};

/** Where the usual ingresses of Knative have their gateway: Kourier, Istio, Contour, and Higress (MSE's own). */
const usual = [
  'kourier-system/kourier',
  'istio-system/istio-ingressgateway',
  'contour-external/envoy',
  'projectcontour/envoy',
  'higress-system/higress-gateway',
];
/** Envoy Gateway makes a Service for each Gateway, by whose label it is found. */
const envoyGateway = 'envoy-gateway-system';
const envoyGatewayLabel = 'gateway.envoyproxy.io/owning-gateway-name';

const balancer = z
  .looseObject({
    ingress: z
      .array(
        z.looseObject({
          ip: z.string().nullish(),
          domain: z.string().nullish(),
          domainInternal: z.string().nullish(),
        }),
      )
      .nullish(),
  })
  .nullish();
const ingressSchema = z.looseObject({ status: z.looseObject({ publicLoadBalancer: balancer }).nullish() });
const serviceSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.looseObject({
    externalIPs: z.array(z.string()).nullish(),
    ports: z.array(z.looseObject({ port: z.number(), name: z.string().nullish() })).nullish(),
  }),
  status: z
    .looseObject({
      loadBalancer: z
        .looseObject({
          ingress: z
            .array(z.looseObject({ ip: z.string().nullish(), hostname: z.string().nullish() }))
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
const listSchema = z.looseObject({ items: z.array(serviceSchema) });

/**
 * The addresses of the gateway before a Knative Service, as far as the cluster tells them: those that ConfigMap
 * `scaletrace-gateway` names, then those of the ingress that its Route uses, then those of the usual ingresses. What could
 * not be read is told by name; that a usual ingress is not there is not. Each answer takes at most `ms`.
 */
export async function offeredGateways(
  config: KubeConfig,
  { namespace, name }: { namespace: string; name: string },
  ms: number,
): Promise<{ gateways: OfferedGateway[]; unread: Message[] }> {
  const unread: Message[] = [];
  const [named, ingress] = await Promise.all([
    readGateway(config),
    ask(
      config,
      ingresses,
      { verb: 'get', namespace, name },
      `${pathOf(ingresses, namespace)}/${encodeURIComponent(name)}`,
      ms,
    ),
  ]);
  const gateways: OfferedGateway[] = [];
  const add = (gateway: OfferedGateway): void => {
    if (!gateways.some(({ url, from }) => (url === null ? from === gateway.from : url === gateway.url)))
      gateways.push(gateway);
  };
  if (named) {
    add({ url: named.gatewayUrl, from: 'scaletrace-gateway', ca: null });
    if (named.tls) add({ ...named.tls, from: 'scaletrace-gateway' });
  }
  // A gateway that is named needs no ingress of Knative's.
  if (ingress.why && !(named && ingress.status === 404)) unread.push(ingress.why);
  const told = ingressSchema.safeParse(ingress.body).data?.status?.publicLoadBalancer?.ingress ?? [];
  for (const { ip, domain } of told) {
    const address = ip ?? domain;
    if (address)
      for (const scheme of ['http', 'https'])
        add({ url: urlOf(scheme, address), from: `${namespace}/${name}`, ca: null });
  }
  const own = told.flatMap(({ domainInternal }) => {
    const [service, space] = domainInternal?.split('.') ?? [];
    return service && space ? [`${space}/${service}`] : [];
  });
  const places = own.length > 0 ? [...new Set(own)] : usual;
  const found = await Promise.all(
    places.map((place) => {
      const [space = '', service = ''] = place.split('/');
      return ask(
        config,
        kubernetesServices,
        { verb: 'get', namespace: space, name: service },
        `${pathOf(kubernetesServices, space)}/${service}`,
        ms,
      );
    }),
  );
  const gatewayServices = found.flatMap(({ body }) => serviceSchema.safeParse(body).data ?? []);
  const missed = found.filter(({ why, status }) => why && (own.length > 0 || status !== 404));
  unread.push(...missed.flatMap(({ why }) => why ?? []));
  if (own.length === 0) {
    const path = pathOf(kubernetesServices, envoyGateway);
    const listed = await ask(config, kubernetesServices, { verb: 'list', namespace: envoyGateway }, path, ms);
    if (listed.why && listed.status !== 404 && missed.length === 0) unread.push(listed.why);
    gatewayServices.push(
      ...(listSchema.safeParse(listed.body).data?.items ?? []).filter(
        ({ metadata }) => metadata.labels?.[envoyGatewayLabel],
      ),
    );
  }
  for (const service of gatewayServices) for (const gateway of addressesOf(service)) add(gateway);
  return { gateways, unread };
}

/** The addresses of a gateway's Service outside of the cluster; one without an address where it has none. */
function addressesOf({ metadata, spec, status }: z.infer<typeof serviceSchema>): OfferedGateway[] {
  const from = `${metadata.namespace}/${metadata.name}`;
  const addresses = [
    ...(status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []),
    ...(spec.externalIPs ?? []),
  ];
  const ports = (spec.ports ?? []).flatMap(({ port, name }) => {
    const scheme =
      port === 443 || /^https/.test(name ?? '')
        ? 'https'
        : port === 80 || /^http2?$/.test(name ?? '')
          ? 'http'
          : null;
    return scheme ? [{ scheme, port }] : [];
  });
  const offered = addresses.flatMap((address) =>
    ports.map(({ scheme, port }) => ({ url: urlOf(scheme, address, port), from, ca: null })),
  );
  return offered.length > 0 ? offered : [{ url: null, from, ca: null }];
}

function urlOf(scheme: string, address: string, port?: number): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const isUsual = port === undefined || port === (scheme === 'https' ? 443 : 80);
  return `${scheme}://${host}${isUsual ? '' : `:${port}`}`;
}
