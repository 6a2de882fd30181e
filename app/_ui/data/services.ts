import { z } from 'zod';
import { connectionCheckSchema, type ConnectionCheck } from '@/lib/model/connection-check';
import { serviceSchema, type Service } from '@/lib/model/run';
import { getJson, sendJson } from './http';

const serviceAnswer = z.object({ service: serviceSchema });
const discoveredSchema = serviceSchema.omit({ id: true });
export type DiscoveredService = z.infer<typeof discoveredSchema>;

const configSourceSchema = z.object({
  kind: z.enum(['annotation', 'config-map', 'spec', 'setting', 'default']),
  key: z.string().nullable(),
});
const autoscalingSchema = z.object({
  config: z.record(z.string(), z.unknown()),
  problems: z.array(z.object({ annotation: z.string(), message: z.string(), value: z.string() })),
  sources: z.record(z.string(), configSourceSchema),
  assumptions: z.array(z.string()),
});
export type EffectiveAutoscaling = z.infer<typeof autoscalingSchema>;

export async function getServices(): Promise<Service[]> {
  return (await getJson('/api/services', z.object({ services: z.array(serviceSchema) }))).services;
}

export type ServiceInput = Omit<DiscoveredService, 'origin' | 'podSelector'> & { podSelector?: string };

/** Registers a service by hand. Throws ApiProblem naming the wrong field. */
export async function registerService(service: ServiceInput): Promise<Service> {
  return (await sendJson('POST', '/api/services', service, serviceAnswer)).service;
}

/** Changes a registered service. Throws ApiProblem naming the wrong field. */
export async function changeService(id: string, service: ServiceInput): Promise<Service> {
  return (await sendJson('PUT', `/api/services/${id}`, service, serviceAnswer)).service;
}

/** Reads a registered service anew from the cluster. */
export async function refreshService(id: string): Promise<Service> {
  return (await sendJson('POST', `/api/services/${id}/refresh`, undefined, serviceAnswer)).service;
}

/** Applies a Knative Service to the cluster and registers it. Throws ApiProblem with Kubernetes' field paths. */
export async function applyServiceYaml(yaml: string): Promise<Service> {
  return (await sendJson('POST', '/api/services/apply', { yaml }, serviceAnswer)).service;
}

export async function discoverServices(): Promise<DiscoveredService[]> {
  return (await getJson('/api/services/discover', z.object({ services: z.array(discoveredSchema) })))
    .services;
}

export async function testService(id: string): Promise<ConnectionCheck[]> {
  return (
    await sendJson(
      'POST',
      `/api/services/${id}/test`,
      undefined,
      z.object({ checks: z.array(connectionCheckSchema) }),
    )
  ).checks;
}

export async function forgetService(id: string): Promise<void> {
  await sendJson('DELETE', `/api/services/${id}`, undefined, z.null());
}

export async function getAutoscaling(id: string, signal?: AbortSignal): Promise<EffectiveAutoscaling> {
  return getJson(`/api/services/${id}/autoscaling`, autoscalingSchema, signal);
}

/** The registered service that a run's is: by its id, or, as one that was forgotten and registered again has another, by name and gateway. */
export function registeredAs<S extends Pick<Service, 'id' | 'namespace' | 'name' | 'gatewayUrl'>>(
  services: readonly S[],
  { id, namespace, name, gatewayUrl }: Service,
): S | undefined {
  return (
    services.find((one) => one.id === id) ??
    services.find((one) => one.namespace === namespace && one.name === name && one.gatewayUrl === gatewayUrl)
  );
}
