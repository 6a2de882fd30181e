import { certificatesIn, clientCertificateShown } from '@/lib/outgoing/certificates';
import { resolveConfig } from '@/lib/autoscaling';
import { ClusterError } from '@/lib/cluster/client';
import { autoscalerConfigMap } from '@/lib/cluster/config-maps';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import {
  applyKnativeService,
  gatewayFor,
  listKnativeServices,
  readKnativeService,
  readServiceProbes,
  readConfigMap,
  readGateway,
  untilServiceReady,
  type ClusterService,
} from '@/lib/cluster/knative';
import { offeredGateways } from '@/lib/cluster/offered-gateways';
import { offeredHosts } from '@/lib/cluster/offered-hosts';
import { type Store } from '@/lib/store/client';
import { stateDirectory } from '@/lib/environment/paths';
import { type PodProbe } from '@/lib/model/probe';
import { type OfferedTargets } from '@/lib/model/offered-target';
import { listServices, replaceService, saveService } from '@/lib/store/services';
import {
  type ClientCertificate,
  type ClientCertificateInput,
  type ClientCertificateShown,
} from '@/lib/model/client-certificate';
import { CodedError } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { type Service } from '@/lib/model/run';
import { type applyServiceSchema } from '@/lib/model/service-input';
import { type z } from 'zod';
import { assumed, english, withWords } from '@/lib/words/english';

const readyTimeoutMs = 30_000;

/** The cluster's Knative Services with the gateway that the cluster names. Throws a ClusterError. */
export async function discoverServices(kubeContext: string | null): Promise<Omit<Service, 'id'>[]> {
  const config = loadKubeConfig(stateDirectory(), kubeContext);
  const [services, gateway] = await Promise.all([listKnativeServices(config), readGateway(config)]);
  return services.map((service) =>
    toService({
      ...service,
      ...gatewayFor(service, gateway),
      kubeContext,
    }),
  );
}

/** Applies a Knative Service's YAML to the cluster and registers it. Throws a ClusterError with the fields that are wrong. */
export async function applyService(
  store: Store,
  { yaml, kubeContext }: z.infer<typeof applyServiceSchema>,
): Promise<Service> {
  const config = loadKubeConfig(stateDirectory(), kubeContext);
  const service = await applyKnativeService(config, yaml);
  const gateway = await readGateway(config);
  if (!gateway) throw new ClusterError('problems.no-gateway-named', {});
  if (!(await untilServiceReady(config, service.namespace, service.name, readyTimeoutMs))) {
    throw new ClusterError('problems.no-ready-revision', {
      seconds: readyTimeoutMs / 1000,
      name: service.name,
    });
  }
  const at = gatewayFor(service, gateway);
  const known = (await listServices(store)).find(
    (one) =>
      one.namespace === service.namespace && one.name === service.name && one.gatewayUrl === at.gatewayUrl,
  );
  return saveService(
    store,
    {
      ...toService({ ...service, ...at, kubeContext }),
      // No YAML says so: it stays as it was set here.
      ...(known
        ? { concurrencyFrom: known.concurrencyFrom, gatewayCa: at.gatewayCa ?? known.gatewayCa ?? null }
        : {}),
    },
    Date.now(),
  );
}

/** Where and by which names the cluster says that a service is reached. Throws a ClusterError where no cluster is named. */
export async function offeredTargets({
  kubeContext,
  ...of
}: {
  namespace: string;
  name: string;
  kubeContext: string | null;
}): Promise<OfferedTargets> {
  const config = loadKubeConfig(stateDirectory(), kubeContext);
  const [{ hosts, unread }, offered] = await Promise.all([
    offeredHosts(config, of, offeredMs),
    offeredGateways(config, of, offeredMs),
  ]);
  return {
    hosts,
    gateways: offered.gateways,
    unread: [...unread, ...offered.unread].map((why) => ({ ...why, text: english(why) })),
  };
}

const offeredMs = 5000;

/** The cluster's own settings of its autoscaler, or why they are not known. */
async function readAutoscalerConfig(kubeContext: string | null): ReturnType<typeof readConfigMap> {
  try {
    return await readConfigMap(loadKubeConfig(stateDirectory(), kubeContext), ...autoscalerConfigMap);
  } catch (error) {
    if (error instanceof ClusterError) return { data: null, unread: error.said };
    throw error;
  }
}

/** The probes of a service as the cluster has it; null where it cannot be asked, or has none of that name. */
async function readProbes({ kubeContext, namespace, name }: Service): Promise<PodProbe[] | null> {
  try {
    return await readServiceProbes(loadKubeConfig(stateDirectory(), kubeContext), namespace, name);
  } catch (error) {
    if (error instanceof ClusterError) return null;
    throw error;
  }
}

/** A service's effective autoscaling, with what is wrong and where each value comes from. */
export async function autoscalingOf(service: Service) {
  const { data, unread } = await readAutoscalerConfig(service.kubeContext);
  const { problems, assumptions, ...resolved } = resolveConfig({
    annotations: service.annotations,
    containerConcurrency: service.containerConcurrency,
    concurrencyFrom: service.concurrencyFrom,
    configMap: data ?? {},
  });
  return {
    ...resolved,
    problems: withWords(problems),
    ...assumed([...assumptions, ...(unread ? [unread] : [])]),
    probes: await readProbes(service),
  };
}

/**
 * Reads a registered service anew from the cluster: its host, selector, containerConcurrency and annotations as they
 * are there now. The gateway's addresses stay as they were registered. Throws a ClusterError where the cluster has no such
 * service.
 */
export async function refreshService(store: Store, service: Service): Promise<Service> {
  const config = loadKubeConfig(stateDirectory(), service.kubeContext);
  const found = await readKnativeService(config, service.namespace, service.name);
  if (!found)
    throw new ClusterError(
      'problems.service-not-in-cluster',
      { namespace: service.namespace, name: service.name },
      404,
    );
  const { isTls: _isTls, ...now } = found;
  return replaceService(store, { ...service, ...now, origin: 'cluster' }, Date.now());
}

function toService({
  isTls: _isTls,
  ...service
}: ClusterService & Pick<Service, 'gatewayUrl' | 'gatewayCa' | 'gatewayMetricsUrl' | 'kubeContext'>): Omit<
  Service,
  'id'
> {
  return { ...service, gatewayCluster: null, concurrencyFrom: 'knative', origin: 'cluster' };
}

/** An authority that cannot be read is refused where it is given: it would be found out only by a run. */
export function requireCertificates(gatewayCa: string | null): void {
  if (gatewayCa !== null)
    refusedAt(
      () => 'gatewayCa',
      () => certificatesIn(gatewayCa),
    );
}

/** A client's certificate as it was entered, with what may be shown of it. Throws a Problem that says what does not hold. */
export function requireClientCertificate<T extends ClientCertificateInput | null | undefined>(
  entered: T,
): { files: ClientCertificate; shown: ClientCertificateShown } | Exclude<T, ClientCertificateInput> {
  if (!entered) return entered as Exclude<T, ClientCertificateInput>;
  const files = { cert: entered.certificate.trim(), key: entered.key.trim() };
  return refusedAt(
    (code) => `gatewayClient.${code === 'validation.no-certificate' ? 'certificate' : 'key'}`,
    () => ({ files, shown: clientCertificateShown(files) }),
  );
}

function refusedAt<T>(pathOf: (code: string) => string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new Problem(
      'problems.bad-certificate',
      {},
      { status: 400, errors: [{ path: pathOf(error.said.code), said: error.said }] },
    );
  }
}
