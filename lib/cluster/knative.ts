import { setHeaderOptions, type KubeConfig } from '@kubernetes/client-node';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { applyPatch } from './apply-patch';
import { type Message } from '@/lib/model/message';
import { certificatesIn } from '@/lib/outgoing/certificates';
import { readPath } from './bounded-api';
import { customApi, isClusterError, toClusterError } from './client';
import { configMaps } from './config-maps';
import { readinessOf, readinessSchema } from './readiness';
import { type PodProbe, podProbesOf, probedContainerSchema } from '@/lib/model/probe';
import { pathOf } from './resource';
import { readServiceYaml } from './service-yaml';
import { whyUnread } from './unread';

const stringMap = z.record(z.string(), z.string());
const knativeSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    resourceVersion: z.string().optional(),
  }),
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.looseObject({ annotations: stringMap.nullish() }).nullish(),
      spec: z.looseObject({
        containerConcurrency: z.number().nullish(),
        containers: z.array(probedContainerSchema).nullish(),
      }),
    }),
  }),
  status: z
    .looseObject({
      url: z.string().nullish(),
      latestReadyRevisionName: z.string().nullish(),
    })
    .nullish(),
});

/** A Knative Service as far as a load test needs it. */
export interface ClusterService {
  name: string;
  namespace: string;
  host: string;
  podSelector: string;
  containerConcurrency: number;
  annotations: Record<string, string>;
  /** Whether its own URL is `https://`. */
  isTls: boolean;
}

/** Where a gateway is, from ConfigMap knative-serving/scaletrace-gateway. */
export interface GatewayAddresses {
  gatewayUrl: string;
  metricsUrl: string | null;
  /** Its address for HTTPS, with the certificates (PEM) of the file that is named for it; null: it names none. */
  tls: { url: string; ca: string | null } | null;
}

const group = { group: 'serving.knative.dev', version: 'v1', plural: 'services' };

const serviceListSchema = z.looseObject({ items: z.array(knativeSchema) });

/**
 * All Knative Services that may be seen: of all namespaces, or, by an account that may not list those, of the kubeconfig's
 * own. Throws ClusterError.
 */
export async function listKnativeServices(config: KubeConfig): Promise<ClusterService[]> {
  const namespace = namespaceOf(config);
  const list = await ask<unknown>(config, () =>
    customApi(config).listClusterCustomObject({ ...group }),
  ).catch((error: unknown) => {
    if (!isClusterError(error) || error.answered !== 403) throw error;
    return ask<unknown>(config, () => customApi(config).listNamespacedCustomObject({ ...group, namespace }));
  });
  return serviceListSchema.parse(list).items.map(toClusterService);
}

/** One Knative Service; null where there is none of that name. Throws ClusterError. */
export async function readKnativeService(
  config: KubeConfig,
  namespace: string,
  name: string,
): Promise<ClusterService | null> {
  const object = await askKnativeService(config, namespace, name);
  return object === null ? null : toClusterService(knativeSchema.parse(object));
}

/** The probes of a Knative Service's container; null where there is none of that name. Throws ClusterError. */
export async function readServiceProbes(
  config: KubeConfig,
  namespace: string,
  name: string,
): Promise<PodProbe[] | null> {
  const object = await askKnativeService(config, namespace, name);
  return object === null
    ? null
    : podProbesOf(knativeSchema.parse(object).spec.template.spec.containers ?? []);
}

async function askKnativeService(config: KubeConfig, namespace: string, name: string): Promise<unknown> {
  return ask<unknown>(config, () =>
    customApi(config).getNamespacedCustomObject({ ...group, namespace, name }),
  ).catch((error: unknown) => {
    if (isClusterError(error) && error.answered === 404) return null;
    throw error;
  });
}

function namespaceOf(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}

/**
 * Applies a Knative Service's YAML as `kubectl apply` does: makes it, or changes the one that is there, where fields
 * that an earlier apply set and this one leaves out are taken away. Throws ClusterError; where the API server refused
 * fields, with their paths.
 */
export async function applyKnativeService(config: KubeConfig, yaml: string): Promise<ClusterService> {
  const applied = readServiceYaml(yaml);
  const { name, namespace = namespaceOf(config) } = applied.metadata;
  const api = customApi(config);
  const target = { ...group, namespace, name };
  const current = await askKnativeService(config, namespace, name);
  const { patch, object: created } = applyPatch(current, {
    ...applied,
    metadata: { ...applied.metadata, namespace },
  });
  const stored: unknown = await ask(config, () =>
    current === null
      ? api.createNamespacedCustomObject({ ...group, namespace, body: created, fieldValidation: 'Strict' })
      : api.patchNamespacedCustomObject(
          { ...target, body: patch, fieldValidation: 'Strict' },
          setHeaderOptions('Content-Type', 'application/merge-patch+json'),
        ),
  );
  return toClusterService(knativeSchema.parse(stored));
}

/** Waits until the service has a ready revision, at most `timeoutMs`; false if it has none by then. */
export async function untilServiceReady(
  config: KubeConfig,
  namespace: string,
  name: string,
  timeoutMs: number,
): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (Date.now() < until) {
    const object = readinessSchema.parse(
      await ask(config, () => customApi(config).getNamespacedCustomObject({ ...group, namespace, name })),
    );
    if (readinessOf(object).ready === true) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** A ConfigMap's data, or why there is none; answers within `ms`. */
export async function readConfigMap(
  config: KubeConfig,
  namespace: string,
  name: string,
  { ms = 5000, signal }: { ms?: number; signal?: AbortSignal | undefined } = {},
): Promise<{ data: Record<string, string>; unread: null } | { data: null; unread: Message }> {
  const asked = { verb: 'get' as const, namespace, name };
  try {
    const path = `${pathOf(configMaps, namespace)}/${encodeURIComponent(name)}`;
    const answer = await readPath(config, path, {}, { ms, signal });
    if (answer.status !== 200) return { data: null, unread: whyUnread(configMaps, asked, answer) };
    const { data } = z.looseObject({ data: stringMap.nullish() }).parse(answer.body);
    return {
      data: Object.fromEntries(Object.entries(data ?? {}).filter(([key]) => !key.startsWith('_'))),
      unread: null,
    };
  } catch (error) {
    return { data: null, unread: whyUnread(configMaps, asked, { error }) };
  }
}

/** The gateway that the cluster names; null if it names none. */
export async function readGateway(config: KubeConfig): Promise<GatewayAddresses | null> {
  const { data } = await readConfigMap(config, 'knative-serving', 'scaletrace-gateway');
  if (!data?.gatewayUrl) return null;
  return {
    gatewayUrl: data.gatewayUrl,
    metricsUrl: data.metricsUrl ?? null,
    tls: data.gatewayTlsUrl ? { url: data.gatewayTlsUrl, ca: await certificatesOf(data.caFile) } : null,
  };
}

/** Of a file that a cluster names nothing but certificates is taken; null where there are none. */
async function certificatesOf(file: string | undefined): Promise<string | null> {
  if (!file) return null;
  try {
    return certificatesIn(await readFile(/* turbopackIgnore: true */ file, 'utf8')).join('');
  } catch {
    return null;
  }
}

/** Where a service is asked: over TLS where its own URL is `https://` and the gateway has an address for that. */
export function gatewayFor(
  { isTls }: Pick<ClusterService, 'isTls'>,
  gateway: GatewayAddresses | null,
): { gatewayUrl: string; gatewayCa: string | null; gatewayMetricsUrl: string | null } {
  const tls = isTls ? gateway?.tls : null;
  return {
    gatewayUrl: tls?.url ?? gateway?.gatewayUrl ?? '',
    gatewayCa: tls?.ca ?? null,
    gatewayMetricsUrl: gateway?.metricsUrl ?? null,
  };
}

function toClusterService(object: z.infer<typeof knativeSchema>): ClusterService {
  const { name, namespace } = object.metadata;
  return {
    name,
    namespace,
    host: object.status?.url ? new URL(object.status.url).host : `${name}.${namespace}.example.com`,
    podSelector: `serving.knative.dev/service=${name}`,
    containerConcurrency: object.spec.template.spec.containerConcurrency ?? 0,
    annotations: object.spec.template.metadata?.annotations ?? {},
    isTls: object.status?.url?.startsWith('https:') ?? false,
  };
}

async function ask<T>(config: KubeConfig, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toClusterError(error, config.getCurrentCluster()?.server ?? 'unknown');
  }
}
