import { onRecordedMetric, resolveConfig, type ResolvedConfig } from '@/lib/autoscaling';
import { ClusterError, coreApi, loadKubeConfig } from '@/lib/kubernetes/client';
import { readGatewayText } from '@/lib/kubernetes/gateway-metrics';
import { applyKnativeService, listKnativeServices, readConfigMap, readGateway, untilServiceReady, type ClusterService } from '@/lib/kubernetes/knative';
import { type Store } from '@/lib/store/client';
import { stateDirectory } from '@/lib/store/paths';
import { saveService } from '@/lib/store/services';
import { type Service } from '@/lib/timeline/run';
import { Refused } from './refused';

const readyTimeoutMs = 30_000;

/** The cluster's Knative Services with the gateway that the cluster names. Throws Refused. */
export async function discoverServices(): Promise<Omit<Service, 'id'>[]> {
  return asRefused(async () => {
    const config = loadKubeConfig(stateDirectory());
    const [services, gateway] = await Promise.all([listKnativeServices(config), readGateway(config)]);
    return services.map((service) => toService(service, gateway?.gatewayUrl ?? '', gateway?.metricsUrl ?? null));
  });
}

/** Applies a Knative Service's YAML to the cluster and registers it. Throws Refused with the fields that are wrong. */
export async function applyService(store: Store, yaml: string): Promise<Service> {
  return asRefused(async () => {
    const config = loadKubeConfig(stateDirectory());
    const service = await applyKnativeService(config, yaml);
    const gateway = await readGateway(config);
    if (!gateway) throw new ClusterError('The service was applied, but the cluster names no gateway: make the ConfigMap knative-serving/scaletrace-gateway with gatewayUrl and metricsUrl, or register the service by hand.');
    if (!(await untilServiceReady(config, service.namespace, service.name, readyTimeoutMs))) {
      throw new ClusterError(`The service was applied, but had no ready revision within ${readyTimeoutMs / 1000} s: see kubectl get ksvc ${service.name}.`);
    }
    return saveService(store, toService(service, gateway.gatewayUrl, gateway.metricsUrl), Date.now());
  });
}

/** A service's effective autoscaling, with what is wrong and where each value comes from. */
export async function autoscalingOf(service: Service): Promise<ResolvedConfig> {
  let configMap: Record<string, string> | null = null;
  try {
    configMap = await readConfigMap(loadKubeConfig(stateDirectory()), 'knative-serving', 'config-autoscaler');
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
  }
  return onRecordedMetric(resolveConfig({ annotations: service.annotations, containerConcurrency: service.containerConcurrency, configMap: configMap ?? {} }));
}

export interface ConnectionCheck {
  name: 'gateway' | 'host' | 'pods' | 'concurrency';
  ok: boolean;
  detail: string;
  /** What to do; empty where it is well. */
  fix: string;
}

/** Tests each connection that a run of this service needs. */
export async function testConnection(service: Service): Promise<ConnectionCheck[]> {
  const check = async (name: ConnectionCheck['name'], fix: string, test: () => Promise<string>): Promise<ConnectionCheck> => {
    try {
      return { name, ok: true, detail: await test(), fix: '' };
    } catch (error) {
      return { name, ok: false, detail: error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error), fix };
    }
  };
  const signal = (): AbortSignal => AbortSignal.timeout(10_000);
  return Promise.all([
    check('gateway', 'Check the gateway address and that it can be reached from here.', async () => `answers with ${(await fetch(service.gatewayUrl, { signal: signal(), redirect: 'manual' })).status}`),
    check('host', `Check that the gateway routes the host ${service.host}.`, async () => {
      const status = await statusByHost(service);
      if (status === 404) throw new Error('the gateway answers 404 for this host');
      return `routed, answers with ${status}`;
    }),
    check('pods', 'Check KUBECONFIG and that it may list pods in this namespace.', async () => {
      const pods = await coreApi(loadKubeConfig(stateDirectory())).listNamespacedPod({ namespace: service.namespace, labelSelector: service.podSelector });
      return `${pods.items.length} pods now`;
    }),
    check('concurrency', 'Give the address of the gateway’s Prometheus text; without it, concurrency is derived from k6.', async () => {
      if (!service.gatewayMetricsUrl) return 'derived from k6 by Little’s law';
      const response = await fetch(service.gatewayMetricsUrl, { signal: signal() });
      if (!response.ok) throw new Error(`answers with ${response.status}`);
      const reading = readGatewayText(await response.text(), { name: service.name, namespace: service.namespace, cluster: service.gatewayCluster });
      if (!reading) throw new Error('the metrics name no cluster of this service');
      return `${reading.active} in pods, ${reading.waiting} waiting`;
    }),
  ]);
}

// fetch does not send a Host of one's own.
async function statusByHost(service: Service): Promise<number> {
  const { request } = await import('undici');
  const { statusCode, body } = await request(service.gatewayUrl, { headers: { host: service.host }, headersTimeout: 10_000 });
  await body.dump();
  return statusCode;
}

function toService(service: ClusterService, gatewayUrl: string, gatewayMetricsUrl: string | null): Omit<Service, 'id'> {
  return { ...service, gatewayUrl, gatewayMetricsUrl, gatewayCluster: null, origin: 'cluster' };
}

async function asRefused<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const errors = error.causes.length > 0 ? error.causes : [{ path: 'cluster', message: error.message }];
    throw new Refused(error.causes.length > 0 ? 'The cluster refused the service' : 'The cluster cannot be used', errors, error.code !== null && error.code >= 400 && error.code < 500 ? 422 : 502);
  }
}
