import { type ClusterState } from '@/lib/lab/cluster-state';
import { type KnativeService } from '@/lib/lab/knative-service';
import { type KubeObject, ownedBy } from '@/lib/lab/object-store';
import { summedUp, withTimes, type Condition, type ConditionState } from './conditions';

/** How far a service has come with its latest revision. */
export interface ServiceProgress {
  created: string;
  ready: string | null;
  /** What keeps the created revision from being ready; null: nothing yet, or it is. */
  failure: string | null;
  host: string;
  /** How the Route divides requests now. */
  traffic: AssignedTraffic[];
  /** A revision that spec.traffic names and that is not there; null: all are. */
  missing: string | null;
}

/** One entry of a Route's status.traffic. */
export interface AssignedTraffic {
  revisionName: string;
  latestRevision: boolean;
  percent: number;
  tag?: string;
  url?: string;
}

/** Writes a service's status, and its Configuration and Route, as Knative's controller does. */
export function writeService(
  cluster: ClusterState,
  service: KnativeService,
  progress: ServiceProgress,
): void {
  const { created, ready, failure, host, traffic, missing } = progress;
  const { name, namespace, generation } = service.metadata;
  const current = cluster.services.get(namespace, name);
  if (!current) return;
  const done = ready === created;
  const url = `http://${host}`;
  const address = { url: `http://${name}.${namespace}.svc.cluster.local` };
  const latest = {
    latestCreatedRevisionName: created,
    ...(ready ? { latestReadyRevisionName: ready } : {}),
  };
  const configured: Omit<ConditionState, 'type'> = done
    ? { status: 'True' }
    : failure !== null
      ? {
          status: 'False',
          reason: 'RevisionFailed',
          message: `Revision "${created}" failed with message: ${failure}.`,
        }
      : { status: 'Unknown' };
  // The route serves the revision before while the next one comes; one that names its revisions does not wait for it.
  const waits = (service.spec.traffic ?? [{}]).some(({ revisionName }) => !revisionName);
  const routed: Omit<ConditionState, 'type'> =
    missing !== null
      ? {
          status: 'False',
          reason: 'RevisionMissing',
          message: `Revision "${missing}" referenced in traffic not found.`,
        }
      : done || (!waits && traffic.length > 0)
        ? { status: 'True' }
        : failure !== null && !ready
          ? {
              status: 'False',
              reason: 'RevisionMissing',
              message: `Configuration "${name}" does not have any ready Revision.`,
            }
          : ready
            ? {
                status: 'Unknown',
                reason: 'TrafficNotMigrated',
                message: 'Traffic is not yet migrated to the latest revision.',
              }
            : { status: 'Unknown' };
  cluster.services.update({
    ...current,
    status: {
      observedGeneration: current.metadata.generation,
      url,
      address,
      ...latest,
      traffic,
      conditions: timed(
        current,
        summedUp([
          { type: 'ConfigurationsReady', ...configured },
          { type: 'RoutesReady', ...routed },
        ]),
      ),
    },
  });
  const configuration = child(cluster, 'configurations', service, 'Configuration', {
    template: service.spec.template,
  });
  cluster.configurations.update({
    ...configuration,
    status: {
      observedGeneration: generation,
      ...latest,
      conditions: timed(configuration, [{ type: 'Ready', ...configured }]),
    },
  });
  const route = child(cluster, 'routes', service, 'Route', {
    traffic: (service.spec.traffic ?? [{ latestRevision: true, percent: 100 }]).map((target) =>
      target.revisionName ? target : { ...target, configurationName: name, latestRevision: true },
    ),
  });
  cluster.routes.update({
    ...route,
    status: {
      observedGeneration: generation,
      url,
      address,
      traffic,
      conditions: timed(
        route,
        summedUp([
          missing === null && ready && !done
            ? { type: 'AllTrafficAssigned', status: 'True' }
            : { type: 'AllTrafficAssigned', ...routed },
          {
            type: 'CertificateProvisioned',
            status: 'True',
            reason: 'TLSNotEnabled',
            message: 'autoTLS is not enabled',
          },
          { type: 'IngressReady', status: ready ? 'True' : 'Unknown' },
        ]),
      ),
    },
  });
}

/** A service's Configuration and Route go with it. */
export function removeChildren({ configurations, routes }: ClusterState, { metadata }: KubeObject): void {
  configurations.remove(metadata.namespace, metadata.name);
  routes.remove(metadata.namespace, metadata.name);
}

function child(
  cluster: ClusterState,
  store: 'configurations' | 'routes',
  service: KnativeService,
  kind: string,
  spec: Record<string, unknown>,
): KubeObject {
  const { name, namespace, generation } = service.metadata;
  const old = cluster[store].get(namespace, name);
  if (old) return { ...old, metadata: { ...old.metadata, generation }, spec };
  return cluster[store].create({
    apiVersion: 'serving.knative.dev/v1',
    kind,
    metadata: {
      name,
      namespace,
      generation,
      labels: { 'serving.knative.dev/service': name, 'serving.knative.dev/serviceUID': service.metadata.uid },
      ownerReferences: ownedBy(service),
    },
    spec,
  });
}

function timed(object: KubeObject, conditions: ConditionState[]): Condition[] {
  const before = (object.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  return withTimes(before, conditions);
}
