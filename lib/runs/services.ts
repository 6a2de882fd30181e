import { onRecordedMetric, resolveConfig } from '@/lib/autoscaling';
import { ClusterError } from '@/lib/cluster/client';
import { autoscalerConfigMap } from '@/lib/cluster/config-maps';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import {
  applyKnativeService,
  listKnativeServices,
  readKnativeService,
  readConfigMap,
  readGateway,
  untilServiceReady,
  type ClusterService,
} from '@/lib/cluster/knative';
import { type Store } from '@/lib/store/client';
import { stateDirectory } from '@/lib/environment/paths';
import { replaceService, saveService } from '@/lib/store/services';
import { type Service } from '@/lib/model/run';
import { assumed, withWords } from '@/lib/words/english';

const readyTimeoutMs = 30_000;

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

/** The cluster's own settings of its autoscaler, or why they are not known. */
async function readAutoscalerConfig(): ReturnType<typeof readConfigMap> {
  try {
    return await readConfigMap(loadKubeConfig(stateDirectory()), ...autoscalerConfigMap);
  } catch (error) {
    if (error instanceof ClusterError) return { data: null, unread: error.said };
    throw error;
  }
}

/** A service's effective autoscaling, with what is wrong and where each value comes from. */
export async function autoscalingOf(service: Service) {
  const { data, unread } = await readAutoscalerConfig();
  const { problems, assumptions, ...resolved } = onRecordedMetric(
    resolveConfig({
      annotations: service.annotations,
      containerConcurrency: service.containerConcurrency,
      configMap: data ?? {},
    }),
  );
  return {
    ...resolved,
    problems: withWords(problems),
    ...assumed([...assumptions, ...(unread ? [unread] : [])]),
  };
}

/**
 * Reads a registered service anew from the cluster: its host, selector, containerConcurrency and annotations as they
 * are there now. The gateway's addresses stay as they were registered. Throws a ClusterError where the cluster has no such
 * service.
 */
export async function refreshService(store: Store, service: Service): Promise<Service> {
  const found = await readKnativeService(loadKubeConfig(stateDirectory()), service.namespace, service.name);
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
