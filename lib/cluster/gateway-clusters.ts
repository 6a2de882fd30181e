/** A service as far as a gateway's metrics name it. */
export interface GatewayService {
  name: string;
  namespace: string;
  /** What the gateway routes by; null where it is not known. */
  host: string | null;
  /** The one upstream cluster that is its, where that was said. */
  cluster: string | null;
  /** The names of its revisions, as far as they are known: from its pods, and from the API server. */
  revisions: ReadonlySet<string>;
  /** Whether the requests that each revision was sent are asked for too: a service that scales on them. */
  countsRequests?: boolean;
}

/** An upstream cluster of a service; `revision` null: its name does not tell of which. */
export interface ServiceCluster {
  revision: string | null;
}

/**
 * The upstream cluster of a service that a gateway names so, null where it is none; by the names that gateways give:
 *
 * - Kourier, the lab: `<ns>/<revision>`
 * - Istio, Higress, MSE: `outbound|80||<revision>.<ns>.svc.cluster.local`, since Istio 1.25 with `;` at its end
 * - Contour: `<ns>_<revision>_<port>`
 * - Envoy Gateway under net-gateway-api: `httproute/<ns>/<host>/rule/<n>…`
 *
 * Envoy cuts a name at its first dot unless it was told otherwise, as Istio tells it: what follows is then part of the
 * metric's name, where all but letters, digits and `_` has become `_`. `rest` is that part, empty where nothing was cut.
 */
export function clusterOf(label: string, rest: string, service: GatewayService): ServiceCluster | null {
  const { namespace, cluster, host } = service;
  const name = label.replace(/;$/, '');
  if (cluster !== null && cluster !== '') {
    const [head, ...tail] = cluster.split('.');
    const isNamed = rest === '' ? name === cluster : name === head && asInMetric(tail.join('.')) === rest;
    return isNamed ? { revision: null } : null;
  }
  const istio = /\|\|([^.|]+)(?:\.(.*))?$/.exec(name);
  if (istio) {
    const [, workload = '', domain] = istio;
    const inNamespace =
      domain === undefined
        ? rest.startsWith(`${asInMetric(namespace)}_svc`)
        : domain.startsWith(`${namespace}.`);
    return inNamespace ? workloadOf(workload, service) : null;
  }
  const [first = '', second = '', third = ''] = name.split(/[/_]/);
  if (first === 'httproute' && name.startsWith('httproute/')) {
    const [, , route = ''] = name.split('/');
    const whole = rest === '' ? asInMetric(route) : `${asInMetric(route)}_${rest}_`;
    const hosts = [host, `${service.name}.${namespace}.svc`].filter((one) => one !== null);
    return second === namespace &&
      hosts.some((one) => (rest === '' ? route === one : whole.startsWith(`${asInMetric(one)}_`)))
      ? { revision: null }
      : null;
  }
  const parts = name.split(name.includes('/') ? '/' : '_').length;
  const known = name.includes('/') ? parts >= 2 : parts === 3 && /^\d+$/.test(third);
  return known && rest === '' && first === namespace ? workloadOf(second, service) : null;
}

/**
 * By the revisions that are known. Where none is: each begins with its service's name, as Knative asks for, and what ends
 * as Knative's own names of revisions do is of a service of a longer name.
 */
function workloadOf(workload: string, { name, revisions }: GatewayService): ServiceCluster | null {
  if (revisions.has(workload)) return { revision: workload };
  const own = workload.replace(/-private$/, '');
  if (revisions.has(own)) return { revision: own };
  if (own === name) return { revision: null };
  if (!own.startsWith(`${name}-`)) return null;
  const rest = own.slice(name.length + 1);
  return /^\d{5}$/.test(rest) || (revisions.size === 0 && !/-\d{5}$/.test(rest)) ? { revision: own } : null;
}

function asInMetric(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, '_');
}

/** Where Envoy tells of a service's upstream hosts alone, by the address of its metrics; null: it is no page of Envoy's own. */
export function hostsAddress(url: string, { name }: GatewayService): string | null {
  const address = new URL(url);
  if (address.searchParams.has('filter') || !address.pathname.endsWith('/stats/prometheus')) return null;
  address.pathname = address.pathname.replace(/\/stats\/prometheus$/, '/clusters');
  address.search = '';
  address.searchParams.set('filter', name.replaceAll(/[^A-Za-z0-9-]/g, '.'));
  return address.href;
}

/** One way to ask a page for a service's two gauges and no more. */
export interface WayOfAsking {
  /** Leaves out gauges that were never used; the same as `sure` where the page knows no such thing. */
  quick: string;
  sure: string;
}

/**
 * The ways to ask a page for a service's gauges alone, the cheapest first: none where its address has a filter of its own.
 * A page of Envoy's own leaves out what `filter`, `type` and `usedonly` do not match
 * (https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--stats), others pass them over. As Prometheus text
 * Envoy looks at all metrics before it filters them, as plain text at gauges alone, which takes it a sixth of the time
 * (docs/benchmarks.md); not each gateway shows that page. A revision's name begins with its service's.
 */
export function waysOfAsking(url: string, { name, cluster, countsRequests }: GatewayService): WayOfAsking[] {
  const address = new URL(url);
  if (address.searchParams.has('filter')) return [];
  // Envoy's names have other characters where Prometheus takes none such.
  const own = (cluster || name).replaceAll(/[^A-Za-z0-9-]/g, '.');
  const gauges = '(pending_)?active';
  address.searchParams.set('filter', `${own}.*upstream_rq_${countsRequests ? `(${gauges}|total)` : gauges}$`);
  const prometheus = address.href;
  if (!address.pathname.endsWith('/stats/prometheus')) return [{ quick: prometheus, sure: prometheus }];
  const stats = new URL(prometheus);
  stats.pathname = stats.pathname.replace(/\/prometheus$/, '');
  // One question carries both.
  if (!countsRequests) stats.searchParams.set('type', 'Gauges');
  return [stats.href, prometheus].map((sure) => ({ quick: `${sure}&usedonly`, sure }));
}
