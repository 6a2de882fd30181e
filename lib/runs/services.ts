import { onRecordedMetric, resolveConfig } from '@/lib/autoscaling';
import { ClusterError, coreApi } from '@/lib/cluster/client';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { type CheckCode, type ConnectionCheck } from '@/lib/model/connection-check';
import { gatewayBounds, readGatewayText } from '@/lib/cluster/gateway-metrics';
import {
  applyKnativeService,
  listKnativeServices,
  readConfigMap,
  readGateway,
  untilServiceReady,
  type ClusterService,
} from '@/lib/cluster/knative';
import { boundedFetch, boundedStatus } from '@/lib/outgoing/bounded-fetch';
import { type Store } from '@/lib/store/client';
import { stateDirectory } from '@/lib/environment/paths';
import { replaceService, saveService } from '@/lib/store/services';
import { type Service } from '@/lib/model/run';
import { type Message, messageOfError } from '@/lib/model/message';
import { assumed, english, withWords } from '@/lib/words/english';

const readyTimeoutMs = 30_000;
/** Of a connection's test. */
const answerMs = 10_000;

/** The cluster's Knative Services with the gateway that the cluster names. Throws a ClusterError. */
export async function discoverServices(): Promise<Omit<Service, 'id'>[]> {
  const config = loadKubeConfig(stateDirectory());
  const [services, gateway] = await Promise.all([listKnativeServices(config), readGateway(config)]);
  return services.map((service) =>
    toService(service, gateway?.gatewayUrl ?? '', gateway?.metricsUrl ?? null),
  );
}

/** Applies a Knative Service's YAML to the cluster and registers it. Throws a ClusterError with the fields that are wrong. */
export async function applyService(store: Store, yaml: string): Promise<Service> {
  const config = loadKubeConfig(stateDirectory());
  const service = await applyKnativeService(config, yaml);
  const gateway = await readGateway(config);
  if (!gateway) throw new ClusterError('problems.no-gateway-named', {});
  if (!(await untilServiceReady(config, service.namespace, service.name, readyTimeoutMs))) {
    throw new ClusterError('problems.no-ready-revision', {
      seconds: readyTimeoutMs / 1000,
      name: service.name,
    });
  }
  return saveService(store, toService(service, gateway.gatewayUrl, gateway.metricsUrl), Date.now());
}

/** A service's effective autoscaling, with what is wrong and where each value comes from. */
export async function autoscalingOf(service: Service) {
  let configMap: Record<string, string> | null = null;
  try {
    configMap = await readConfigMap(loadKubeConfig(stateDirectory()), 'knative-serving', 'config-autoscaler');
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
  }
  const { problems, assumptions, ...resolved } = onRecordedMetric(
    resolveConfig({
      annotations: service.annotations,
      containerConcurrency: service.containerConcurrency,
      configMap: configMap ?? {},
    }),
  );
  return { ...resolved, problems: withWords(problems), ...assumed(assumptions) };
}

type Finding = Omit<ConnectionCheck, 'name'>;
const works = (code: CheckCode, data: ConnectionCheck['data'] = {}): Finding => ({ ok: true, code, data });
const fails = (code: CheckCode, data: ConnectionCheck['data'] = {}): Finding => ({ ok: false, code, data });
/** What kept a connection from being tested. */
const failed = (why: Message): Finding => ({ ...fails('failed', { why: english(why) }), why });

/** Tests each connection that a run of this service needs. */
export async function testConnection(service: Service): Promise<ConnectionCheck[]> {
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
  return Promise.all([
    check('gateway', async () =>
      works('answers', {
        status: await boundedStatus(service.gatewayUrl, answerMs),
      }),
    ),
    check('host', async () => {
      const status = await boundedStatus(service.gatewayUrl, answerMs, {
        headers: { host: service.host },
      });
      return status === 404
        ? fails('not-routed', { host: service.host, status })
        : works('routed', { status });
    }),
    check('pods', async () => {
      const pods = await coreApi(loadKubeConfig(stateDirectory())).listNamespacedPod({
        namespace: service.namespace,
        labelSelector: service.podSelector,
      });
      return works('pods', { pods: pods.items.length });
    }),
    check('concurrency', async () => {
      if (!service.gatewayMetricsUrl) return works('littles-law');
      const { status, body } = await boundedFetch(service.gatewayMetricsUrl, {
        ...gatewayBounds,
        ms: answerMs,
      });
      if (status !== 200) return fails('answers-wrongly', { status });
      const reading = readGatewayText(body.toString(), {
        name: service.name,
        namespace: service.namespace,
        cluster: service.gatewayCluster,
      });
      return reading
        ? works('in-flight', { active: reading.active, waiting: reading.waiting })
        : fails('no-cluster-of-service');
    }),
  ]);
}

/**
 * Reads a registered service anew from the cluster: its host, selector, containerConcurrency and annotations as they
 * are there now. The gateway's addresses stay as they were registered. Throws a ClusterError where the cluster has no such
 * service.
 */
export async function refreshService(store: Store, service: Service): Promise<Service> {
  const found = (await listKnativeServices(loadKubeConfig(stateDirectory()))).find(
    ({ name, namespace }) => name === service.name && namespace === service.namespace,
  );
  if (!found)
    throw new ClusterError(
      'problems.service-not-in-cluster',
      { namespace: service.namespace, name: service.name },
      404,
    );
  return replaceService(store, { ...service, ...found, origin: 'cluster' }, Date.now());
}

function toService(
  service: ClusterService,
  gatewayUrl: string,
  gatewayMetricsUrl: string | null,
): Omit<Service, 'id'> {
  return { ...service, gatewayUrl, gatewayMetricsUrl, gatewayCluster: null, origin: 'cluster' };
}
