import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { readGatewayOnce } from '@/lib/cluster/gateway-metrics';
import { followActivators } from '@/lib/cluster/activator-metrics';
import { followAutoscaler } from '@/lib/cluster/autoscaler-metrics';
import { configMaps } from '@/lib/cluster/config-maps';
import { settingsUnread } from '@/lib/cluster/settings-unread';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { deployments } from '@/lib/cluster/deployments';
import { events } from '@/lib/cluster/events';
import { horizontalPodAutoscalers } from '@/lib/cluster/horizontal-pod-autoscalers';
import { whyNotReady } from '@/lib/cluster/why-not-ready';
import { nodes } from '@/lib/cluster/nodes';
import { isScaledOnUsage, podMetrics } from '@/lib/cluster/pod-metrics';
import { podAutoscalers } from '@/lib/cluster/pod-autoscalers';
import { resourceName } from '@/lib/cluster/resource';
import { listRevisions, revisions } from '@/lib/cluster/revisions';
import { routes } from '@/lib/cluster/routes';
import { services } from '@/lib/cluster/services';
import { testPrometheus } from '@/lib/cluster/prometheus';
import { readable } from '@/lib/cluster/unread';
import { countPods } from '@/lib/cluster/watch-pods';
import { isHpa, isKpa } from '@/lib/cluster/watch-reports';
import { stateDirectory } from '@/lib/environment/paths';
import { type ConnectionCheck } from '@/lib/model/connection-check';
import { CodedError, message, messageOfError } from '@/lib/model/message';
import { type Service } from '@/lib/model/run';
import { type PrometheusServer } from '@/lib/model/prometheus';
import { readPrometheus } from '@/lib/store/prometheus';
import { askedOf, gatewayAnswer, gatewayStatus, isOwnAddress, tlsChecks } from './check-tls';
import { failed, fails, type Finding, works } from './finding';

const answerMs = 10_000;

/** What a run can do without. */
const optional = {
  config: configMaps,
  podautoscalers: podAutoscalers,
  horizontalpodautoscalers: horizontalPodAutoscalers,
  revisions,
  routes,
  services,
  deployments,
  events,
  nodes,
  podmetrics: podMetrics,
};

/**
 * Tests each connection that a run of this service needs, and each that it can do without. A service that stands at zero
 * pods, or of which nobody can say whether it does, is asked through its gateway only where `wakes`: the request would
 * start one.
 */
export async function testConnection(
  service: Service,
  { wakes }: { wakes: boolean },
): Promise<ConnectionCheck[]> {
  const check = async (
    name: ConnectionCheck['name'],
    test: () => Promise<Finding>,
  ): Promise<ConnectionCheck> => {
    try {
      return { name, ...(await test()) };
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      return {
        name,
        ...failed(messageOfError(cause instanceof Error && cause.message ? cause : error)),
      };
    }
  };
  let counted: Promise<number | null> | undefined;
  /** Why the service is not asked; null: it is. */
  const unasked = async (): Promise<Finding | null> => {
    if (wakes) return null;
    const pods = await (counted ??= podsOf(service).catch(() => null));
    if (pods === null) return fails('pods-unknown');
    return pods === 0 ? fails('asleep') : null;
  };
  const server = readPrometheus();
  const testServer = async (of: PrometheusServer): Promise<ConnectionCheck> => ({
    ...(await check('prometheus', async () => {
      const { revisions, newestSeconds, why } = await testPrometheus(of);
      return why ? failed(why) : works('scraped', { url: of.url, revisions, seconds: newestSeconds ?? 0 });
    })),
    optional: true,
  });
  const followed = [
    ['autoscaler', followAutoscaler] as const,
    ...(isKpa(service.annotations) ? [['activator', followActivators] as const] : []),
  ];
  const asked = Object.entries(optional).filter(
    ([, resource]) =>
      (resource !== horizontalPodAutoscalers || isHpa(service.annotations)) &&
      (resource !== podMetrics || isScaledOnUsage(service.annotations)),
  );
  return Promise.all([
    check('name', async () => {
      const { hostname } = new URL(service.gatewayUrl);
      const address = hostname.replace(/^\[|\]$/g, '');
      if (isIP(address)) return works('no-name', { address });
      return works('resolves', { name: hostname, addresses: (await addressesFor(hostname)).join(', ') });
    }),
    check('gateway', async () => {
      const why = isOwnAddress(service) ? await unasked() : null;
      if (why) return why;
      return works('answers', { status: await gatewayAnswer(service, answerMs, askedOf(service)) });
    }),
    ...tlsChecks(service, answerMs, check),
    check('host', async () => {
      const why = await unasked();
      if (why) return why;
      const status = await gatewayStatus(service, answerMs, {
        ...askedOf(service),
        headers: { host: service.host },
      });
      return status === 404
        ? fails('not-routed', { host: service.host, status })
        : works('routed', { status });
    }),
    check('ready', async () => {
      const { name, namespace } = service;
      const why = await whyNotReady(configOf(service), namespace, name, answerMs);
      return why ? failed(why) : works('ready', { name });
    }).then((found) => ({ ...found, optional: true })),
    check('pods', async () => works('pods', { pods: await podsOf(service) })),
    check('concurrency', async () => {
      if (!service.gatewayMetricsUrl) return works('littles-law');
      const { name, namespace, host, gatewayCluster: cluster } = service;
      const known = await knownRevisions(service);
      const { active, waiting } = await readGatewayOnce(
        service.gatewayMetricsUrl,
        { name, namespace, host, cluster, revisions: new Set(known) },
        answerMs,
      );
      return works('in-flight', { active, waiting });
    }),
    ...followed.map(async ([name, follow]) => ({
      ...(await check(name, async () => {
        const { listed, stop } = follow({
          config: configOf(service),
          namespace: service.namespace,
          revisions: new Set(),
          onReport: () => undefined,
          onLost: () => undefined,
          onBack: () => undefined,
        });
        const why = await listed.finally(stop);
        return why ? failed(why) : works('readable', { resource: 'pods/proxy' });
      })),
      optional: true,
    })),
    ...(server === null ? [] : [testServer(server)]),
    ...asked.map(async ([name, resource]) => ({
      ...(await check(name as ConnectionCheck['name'], async () => {
        const config = configOf(service);
        const why =
          resource === configMaps
            ? await settingsUnread(config, answerMs)
            : await readable(config, resource, service.namespace, answerMs);
        return why ? failed(why) : works('readable', { resource: resourceName(resource) });
      })),
      optional: true,
    })),
  ]);
}

/** The addresses of a name, or of an address itself. Throws a CodedError where no DNS server knows it. */
async function addressesFor(hostname: string): Promise<string[]> {
  const name = hostname.replace(/^\[|\]$/g, '');
  try {
    return [...new Set((await lookup(name, { all: true })).map(({ address }) => address))];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTFOUND') throw error;
    throw new CodedError(message('reasons.name-unknown', { name }));
  }
}

function configOf({ kubeContext }: Service): ReturnType<typeof loadKubeConfig> {
  return loadKubeConfig(stateDirectory(), kubeContext);
}

async function podsOf(service: Service): Promise<number> {
  return countPods(configOf(service), service.namespace, service.podSelector, answerMs);
}

/** None where no cluster answers: the gateway may be read all the same. */
async function knownRevisions(service: Service): Promise<string[]> {
  try {
    return await listRevisions(configOf(service), service.namespace, service.name, { ms: answerMs });
  } catch {
    return [];
  }
}
