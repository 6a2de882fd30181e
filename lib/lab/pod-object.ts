import { type KnativeService } from './knative-service';
import { type KubeObject, type ObjectMeta } from './object-store';

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

/** A new pod of a revision: pending, nothing scheduled. */
export function podObject(
  service: KnativeService,
  revision: string,
  name: string,
): Omit<KubeObject, 'metadata'> & { metadata: Partial<ObjectMeta> & { name: string; namespace: string } } {
  const container = service.spec.template.spec.containers[0]!;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: service.metadata.namespace,
      labels: {
        ...service.spec.template.metadata?.labels,
        app: service.metadata.name,
        'serving.knative.dev/service': service.metadata.name,
        'serving.knative.dev/revision': revision,
        'serving.knative.dev/configuration': service.metadata.name,
      },
      annotations: { ...service.spec.template.metadata?.annotations },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${revision}-deployment`,
          uid: service.metadata.uid,
          controller: true,
        },
      ],
    },
    spec: {
      nodeName: '',
      containers: [
        {
          name: 'user-container',
          image: container.image ?? 'command',
          env: container.env,
          ports: [{ containerPort: 8080, name: 'user-port' }],
        },
      ],
    },
    status: { phase: 'Pending', conditions: [], containerStatuses: [] },
  };
}

export interface PodProgress {
  scheduled?: boolean;
  running?: boolean;
  ready?: boolean;
  crashed?: { code: number | null; signal: string | null };
  port?: number;
}

interface Condition {
  type: string;
  status: string;
  lastTransitionTime: string;
}

/** The pod with the status of how far it has come; a condition keeps its time while it does not change. */
export function withConditions(object: KubeObject, progress: PodProgress): KubeObject {
  const before = (object.status as { conditions?: Condition[] }).conditions ?? [];
  const condition = (type: string, holds: boolean): Condition => {
    const status = holds ? 'True' : 'False';
    const old = before.find((c) => c.type === type);
    return { type, status, lastTransitionTime: old?.status === status ? old.lastTransitionTime : now() };
  };
  const spec = object.spec as { containers: { image: string }[] };
  const state = progress.crashed
    ? {
        terminated: {
          exitCode: progress.crashed.code ?? 137,
          reason: 'Error',
          ...(progress.crashed.signal ? { message: progress.crashed.signal } : {}),
        },
      }
    : progress.running
      ? { running: { startedAt: now() } }
      : { waiting: { reason: 'ContainerCreating' } };
  return {
    ...object,
    spec: { ...spec, nodeName: 'lab' },
    status: {
      phase: progress.crashed ? 'Failed' : progress.running ? 'Running' : 'Pending',
      hostIP: '127.0.0.1',
      ...(progress.port ? { podIP: '127.0.0.1', podPort: progress.port } : {}),
      ...(progress.crashed ? { reason: 'Error' } : {}),
      startTime: object.metadata.creationTimestamp,
      conditions: [
        condition('PodScheduled', progress.scheduled === true),
        condition('Initialized', progress.scheduled === true),
        condition('ContainersReady', progress.ready === true),
        condition('Ready', progress.ready === true),
      ],
      containerStatuses: [
        {
          name: 'user-container',
          image: spec.containers[0]!.image,
          ready: progress.ready === true,
          started: progress.running === true,
          restartCount: 0,
          state,
        },
      ],
    },
  };
}
