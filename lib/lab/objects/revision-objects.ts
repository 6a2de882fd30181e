import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type ClusterState } from '@/lib/lab/cluster-state';
import { protocolOf, type KnativeService } from '@/lib/lab/knative-service';
import { type KubeObject, type NewObject, ownedBy, type ObjectStore } from '@/lib/lab/object-store';
import { podTemplate, revisionLabels } from '@/lib/lab/pod-object';
import { type HpaSpec } from '@/lib/model/hpa-spec';
import { summedUp, withTimes, type Condition, type ConditionState } from './conditions';
import { type HpaStatus, writeHpa } from './hpa-object';
import { changedBy, madeBy, type Managers } from './managed-fields';

/** What a revision's objects tell of it. */
export interface RevisionCounts {
  /** The autoscaler's; -1: it has not decided yet. */
  desired: number;
  /** `spec.replicas`. */
  replicas: number;
  /** Pods that exist and are not ending. */
  pods: number;
  ready: number;
  /** Ready pods that make it active for the first time, and those that do later (Knative's `activeThreshold`). */
  initialScale: number;
  minScale: number;
  /** How a container ended that keeps all pods from being ready; null: none did. */
  failure: { exitCode: number; message: string } | null;
  /** What its HPA's controller says; null: it has none. */
  hpa: HpaStatus | null;
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';
const activating = 'Requests to the target are being buffered as resources are provisioned.';
const inactive = 'The target is not receiving traffic.';

/** A revision with what Knative and Kubernetes make of it: PodAutoscaler, Deployment and ReplicaSet, kept up to date. */
export class RevisionObjects {
  readonly replicaSet: KubeObject;
  readonly template: { metadata: object; spec: object };
  private readonly key: [string, string];
  private initialized = false;

  constructor(
    private readonly cluster: ClusterState,
    service: KnativeService,
    readonly name: string,
    /** Of class hpa: what its HorizontalPodAutoscaler asks for. */
    private readonly hpa: HpaSpec | null,
  ) {
    const { namespace } = service.metadata;
    this.key = [namespace, name];
    const configuration = cluster.configurations.get(namespace, service.metadata.name);
    const template = service.spec.template;
    const revision = cluster.revisions.create({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Revision',
      metadata: {
        name,
        namespace,
        generation: 1,
        labels: {
          ...template.metadata?.labels,
          'serving.knative.dev/configuration': service.metadata.name,
          'serving.knative.dev/configurationGeneration': `${service.metadata.generation ?? 1}`,
          'serving.knative.dev/routingState': 'pending',
          'serving.knative.dev/service': service.metadata.name,
          'serving.knative.dev/serviceUID': service.metadata.uid,
        },
        annotations: { ...template.metadata?.annotations },
        ...(configuration ? { ownerReferences: ownedBy(configuration) } : {}),
      },
      spec: template.spec,
    });
    this.template = podTemplate(service, revision);
    const labels = revisionLabels(service, revision);
    const selector = { matchLabels: { 'serving.knative.dev/revisionUID': revision.metadata.uid } };
    const deployment = create(cluster.deployments, deploymentManagers, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: `${name}-deployment`,
        namespace,
        generation: 1,
        labels,
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        ownerReferences: ownedBy(revision),
      },
      spec: {
        replicas: 0,
        selector,
        template: this.template,
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 0,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      },
    });
    const hash = randomName(10, `${revision.metadata.uid} template`);
    this.replicaSet = cluster.replicaSets.create({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-deployment-${hash}`,
        namespace,
        generation: 1,
        labels: { ...labels, 'pod-template-hash': hash },
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        ownerReferences: ownedBy(deployment),
      },
      spec: { replicas: 0, selector, template: this.template },
    });
    create(cluster.podAutoscalers, autoscalerManagers, {
      apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
      kind: 'PodAutoscaler',
      metadata: {
        name,
        namespace,
        generation: 1,
        labels,
        annotations: {
          'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
          ...template.metadata?.annotations,
        },
        ownerReferences: ownedBy(revision),
      },
      spec: {
        ...(template.spec.containerConcurrency
          ? { containerConcurrency: template.spec.containerConcurrency }
          : {}),
        protocolType: protocolOf(service),
        reachability: 'Reachable',
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `${name}-deployment` },
      },
    });
  }

  /** Whether its resources have been available once. */
  get isReady(): boolean {
    return this.initialized;
  }

  /** Writes what has changed. */
  update(counts: RevisionCounts): void {
    const { ready, initialScale, minScale } = counts;
    const threshold = this.initialized ? Math.max(minScale, 1) : Math.max(minScale, initialScale);
    if (ready >= threshold) this.initialized = true;
    this.scale(
      this.cluster.deployments,
      `${this.name}-deployment`,
      counts,
      this.deploymentConditions(counts),
    );
    this.scale(this.cluster.replicaSets, this.replicaSet.metadata.name, counts, null);
    this.writeAutoscaler(counts, threshold);
    const pa = this.cluster.podAutoscalers.get(...this.key);
    if (this.hpa && pa) writeHpa(this.cluster, pa, this.hpa, counts.hpa);
    this.writeRevision(counts);
  }

  /** The label by which a route says that it uses a revision, or no more. */
  route(state: 'active' | 'reserve'): void {
    const revision = this.cluster.revisions.get(...this.key);
    if (!revision) return;
    this.cluster.revisions.update({
      ...revision,
      metadata: {
        ...revision.metadata,
        labels: { ...revision.metadata.labels, 'serving.knative.dev/routingState': state },
      },
    });
    const pa = this.cluster.podAutoscalers.get(...this.key);
    if (pa)
      write(this.cluster.podAutoscalers, autoscalerManagers, pa, {
        ...pa,
        spec: { ...(pa.spec as object), reachability: state === 'active' ? 'Reachable' : 'Unreachable' },
      });
  }

  /** All of them are deleted, as with their service. */
  remove(): void {
    const { podAutoscalers, deployments, replicaSets, revisions } = this.cluster;
    const [namespace] = this.key;
    podAutoscalers.remove(...this.key);
    this.cluster.horizontalPodAutoscalers.remove(...this.key);
    replicaSets.remove(namespace, this.replicaSet.metadata.name);
    deployments.remove(namespace, `${this.name}-deployment`);
    revisions.remove(...this.key);
  }

  /** A name for a new pod, as a ReplicaSet makes it. */
  newPodName(): string {
    return `${this.replicaSet.metadata.name}-${randomName(5)}`;
  }

  private scale(
    store: ObjectStore,
    name: string,
    { replicas, pods, ready }: RevisionCounts,
    conditions: ConditionState[] | null,
  ): void {
    const object = store.get(this.key[0], name);
    if (!object) return;
    const spec = object.spec as { replicas: number };
    const generation = object.metadata.generation! + (spec.replicas === replicas ? 0 : 1);
    const before = (object.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
    write(store, deploymentManagers, object, {
      ...object,
      metadata: { ...object.metadata, generation },
      spec: { ...spec, replicas },
      status: {
        observedGeneration: generation,
        replicas: pods,
        ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
        ...(conditions
          ? {
              ...(pods > 0 ? { updatedReplicas: pods } : {}),
              ...(replicas > ready ? { unavailableReplicas: replicas - ready } : {}),
              conditions: withTimes(before, conditions),
            }
          : { fullyLabeledReplicas: pods }),
      },
    });
  }

  private deploymentConditions({ replicas, pods, ready }: RevisionCounts): ConditionState[] {
    const available = ready >= replicas;
    const complete = available && pods === replicas;
    return [
      {
        type: 'Available',
        status: available ? 'True' : 'False',
        reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        message: `Deployment ${available ? 'has' : 'does not have'} minimum availability.`,
      },
      {
        type: 'Progressing',
        status: 'True',
        reason: complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
        message: `ReplicaSet "${this.replicaSet.metadata.name}" ${complete ? 'has successfully progressed' : 'is progressing'}.`,
      },
    ];
  }

  private writeAutoscaler({ desired, ready }: RevisionCounts, threshold: number): void {
    const pa = this.cluster.podAutoscalers.get(...this.key);
    if (!pa) return;
    const before = (pa.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
    const wasInactive = before.some(({ type, status }) => type === 'Active' && status === 'False');
    const active: ConditionState =
      desired === 0 || threshold === 0 || (desired < 0 && wasInactive)
        ? { type: 'Active', status: 'False', reason: 'NoTraffic', message: inactive }
        : ready < threshold
          ? { type: 'Active', status: 'Unknown', reason: 'Queued', message: activating }
          : { type: 'Active', status: 'True' };
    const conditions = summedUp([
      active,
      { type: 'SKSReady', status: 'True' },
      this.initialized
        ? { type: 'ScaleTargetInitialized', status: 'True' }
        : { type: 'ScaleTargetInitialized', status: 'Unknown' },
    ]);
    write(this.cluster.podAutoscalers, autoscalerManagers, pa, {
      ...pa,
      status: {
        observedGeneration: pa.metadata.generation,
        serviceName: this.name,
        metricsServiceName: `${this.name}-private`,
        desiredScale: desired,
        actualScale: ready,
        conditions: withTimes(before, conditions),
      },
    });
  }

  private writeRevision({ desired, ready, failure }: RevisionCounts): void {
    const revision = this.cluster.revisions.get(...this.key);
    const pa = this.cluster.podAutoscalers.get(...this.key);
    if (!revision || !pa) return;
    const before = (revision.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
    const paConditions = (pa.status as { conditions: Condition[] }).conditions;
    const { lastTransitionTime: _time, ...active } = paConditions.find(({ type }) => type === 'Active')!;
    const deploying: Omit<ConditionState, 'type'> = this.initialized
      ? { status: 'True' }
      : { status: 'Unknown', reason: 'Deploying' };
    const parts: ConditionState[] = [
      failure && !this.initialized
        ? {
            type: 'ContainerHealthy',
            status: 'False',
            reason: `ExitCode${failure.exitCode}`,
            message: `Container failed with: ${failure.message}`,
          }
        : { type: 'ContainerHealthy', ...deploying },
      { type: 'ResourcesAvailable', ...deploying },
    ];
    const conditions = [
      // Whether it has traffic is told beside, not summed up: one at zero is ready.
      { ...active, ...(active.status === 'False' ? { severity: 'Info' } : {}) },
      ...summedUp(parts),
    ];
    write(this.cluster.revisions, revisionManagers, revision, {
      ...revision,
      status: {
        observedGeneration: revision.metadata.generation,
        actualReplicas: ready,
        ...(desired >= 0 ? { desiredReplicas: desired } : {}),
        conditions: withTimes(before, conditions),
      },
    });
  }
}

/** Knative's controller makes these; its autoscaler, Kubernetes' own controllers and it write what has changed. */
const revisionManagers: Managers = { makes: 'controller', spec: 'controller', status: 'controller' };
const autoscalerManagers: Managers = { makes: 'controller', spec: 'controller', status: 'autoscaler' };
const deploymentManagers: Managers = {
  makes: 'controller',
  spec: 'autoscaler',
  status: 'kube-controller-manager',
};

function create(
  store: ObjectStore,
  managers: Managers,
  object: NewObject & Pick<KubeObject, 'apiVersion'>,
): KubeObject {
  const managedFields = madeBy(managers, object);
  return store.create({ ...object, metadata: { ...object.metadata, managedFields } });
}

function write(store: ObjectStore, managers: Managers, before: KubeObject, after: KubeObject): void {
  if (isDeepStrictEqual(before, after)) return;
  const managedFields = changedBy(managers, before, after);
  store.update({ ...after, metadata: { ...after.metadata, managedFields } });
}

function randomName(length: number, seed = `${Math.random()}`): string {
  const bytes = createHash('sha256').update(seed).digest();
  return Array.from({ length }, (_, i) => letters[bytes[i]! % letters.length]).join('');
}
