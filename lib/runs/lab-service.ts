import { expect } from 'vitest';
import { type Service } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { saveService } from '@/lib/store/services';

/** A lab by its addresses. */
interface LabAddresses {
  apiUrl: string;
  gatewayUrl: string;
  metricsUrl: string;
}

/** Where a lab takes Knative Services. */
export const labServices = '/apis/serving.knative.dev/v1/namespaces/default/services';

/** Writes to a lab's Kubernetes API; a refusal fails the test with what was said. */
export async function writeToLab(
  lab: LabAddresses,
  path: string,
  method: 'POST' | 'PATCH',
  body: unknown,
): Promise<void> {
  const answer = await fetch(`${lab.apiUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.text()).toBe(true);
}

/** What a container has whose requests take so long. */
export const servedIn = (ms: number): object => ({ env: [{ name: 'SERVICE_TIME_MS', value: `${ms}` }] });

/** Applies a Knative Service to a lab. `container`: what its container has beside its image. */
export function applyLabService(
  lab: LabAddresses,
  { name, containerConcurrency, annotations }: Pick<Service, 'name' | 'containerConcurrency' | 'annotations'>,
  container: object = {},
): Promise<void> {
  return writeToLab(lab, labServices, 'POST', {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: {
      template: {
        metadata: { annotations },
        spec: {
          containerConcurrency,
          containers: [{ image: 'helloworld-go', ...container }],
        },
      },
    },
  });
}

/** Switches a lab's faults. */
export function setFaults(lab: LabAddresses, data: Record<string, string>): Promise<void> {
  const path = '/api/v1/namespaces/knative-serving/configmaps/scaletrace-lab-faults';
  return writeToLab(lab, path, 'PATCH', { data });
}

/** Registers a service of a lab, whose gateway and metrics are the lab's. */
export function registerLabService(
  store: Store,
  lab: LabAddresses,
  service: Pick<Service, 'name' | 'containerConcurrency' | 'annotations'>,
): Promise<Service> {
  return saveService(
    store,
    {
      ...service,
      namespace: 'default',
      gatewayUrl: lab.gatewayUrl,
      host: `${service.name}.default.example.com`,
      podSelector: `serving.knative.dev/service=${service.name}`,
      gatewayMetricsUrl: lab.metricsUrl,
      gatewayCluster: null,
      kubeContext: null,
      concurrencyFrom: 'knative',
      origin: 'manual',
    },
    Date.now(),
  );
}
