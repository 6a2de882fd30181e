import { type KubeObject } from './object-store';

interface Column {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}
const column = (name: string, priority = 0): Column => ({
  name,
  type: 'string',
  format: name === 'Name' ? 'name' : '',
  description: name,
  priority,
});

export interface TableKind {
  columns: Column[];
  cells: (object: KubeObject) => string[];
}

/** What `kubectl get` prints of pods. */
export const podTable: TableKind = {
  columns: [
    column('Name'),
    column('Ready'),
    column('Status'),
    column('Restarts'),
    column('Age'),
    column('IP', 1),
    column('Node', 1),
  ],
  cells: (pod) => {
    const status = pod.status as {
      phase: string;
      reason?: string;
      podIP?: string;
      containerStatuses?: {
        ready: boolean;
        restartCount: number;
        state: { waiting?: { reason: string }; terminated?: { reason: string } };
      }[];
    };
    const { nodeName, containers } = pod.spec as { nodeName?: string; containers: unknown[] };
    const own = status.containerStatuses ?? [];
    const words = pod.metadata.deletionTimestamp
      ? 'Terminating'
      : (own.map(({ state }) => state.waiting?.reason ?? state.terminated?.reason).find(Boolean) ??
        status.reason ??
        status.phase);
    return [
      pod.metadata.name,
      `${own.filter(({ ready }) => ready).length}/${containers.length}`,
      words,
      `${own.reduce((sum, { restartCount }) => sum + restartCount, 0)}`,
      age(pod),
      status.podIP ?? '<none>',
      nodeName ?? '<none>',
    ];
  },
};

interface Conditioned {
  conditions?: { type: string; status: string; reason?: string }[];
}
const readyOf = (object: KubeObject): { status?: string; reason?: string } =>
  ((object.status ?? {}) as Conditioned).conditions?.find(({ type }) => type === 'Ready') ?? {};
const numberOf = (value: unknown): string => (typeof value === 'number' ? `${value}` : '0');
const fieldsOf = (value: unknown): Record<string, unknown> => (value ?? {}) as Record<string, unknown>;

/** What `kubectl get testruns` prints. */
export const testRunTable: TableKind = {
  columns: ['Name', 'Stage', 'Age', 'TestRunID'].map((name) => column(name)),
  cells: (object) => [
    object.metadata.name,
    (object.status as { stage?: string } | undefined)?.stage ?? '',
    age(object),
    '',
  ],
};

/** What `kubectl get nodes` prints. */
export const nodeTable: TableKind = {
  columns: ['Name', 'Status', 'Roles', 'Age', 'Version'].map((name) => column(name)),
  cells: (node) => [
    node.metadata.name,
    readyOf(node).status === 'True' ? 'Ready' : 'NotReady',
    '<none>',
    age(node),
    (node.status as { nodeInfo: { kubeletVersion: string } }).nodeInfo.kubeletVersion,
  ],
};

/** What `kubectl get events` prints. */
export const eventTable: TableKind = {
  columns: ['Last Seen', 'Type', 'Reason', 'Object', 'Message'].map((name) => column(name)),
  cells: (event) => {
    const told = event as { type?: string; reason?: string; message?: string; note?: string };
    const about = fieldsOf(event.involvedObject ?? event.regarding) as { kind: string; name: string };
    const last = event.lastTimestamp ?? event.deprecatedLastTimestamp ?? event.eventTime;
    return [
      ageOf(typeof last === 'string' ? last : event.metadata.creationTimestamp),
      told.type ?? '',
      told.reason ?? '',
      `${about.kind.toLowerCase()}/${about.name}`,
      told.message ?? told.note ?? '',
    ];
  },
};

/** What `kubectl get deployments` prints. */
export const deploymentTable: TableKind = {
  columns: ['Name', 'Ready', 'Up-to-date', 'Available', 'Age'].map((name) => column(name)),
  cells: (deployment) => {
    const status = fieldsOf(deployment.status);
    return [
      deployment.metadata.name,
      `${numberOf(status.readyReplicas)}/${numberOf(fieldsOf(deployment.spec).replicas)}`,
      numberOf(status.updatedReplicas),
      numberOf(status.availableReplicas),
      age(deployment),
    ];
  },
};

/** What `kubectl get replicasets` prints. */
export const replicaSetTable: TableKind = {
  columns: ['Name', 'Desired', 'Current', 'Ready', 'Age'].map((name) => column(name)),
  cells: (set) => [
    set.metadata.name,
    numberOf(fieldsOf(set.spec).replicas),
    numberOf(fieldsOf(set.status).replicas),
    numberOf(fieldsOf(set.status).readyReplicas),
    age(set),
  ],
};

/** What `kubectl get horizontalpodautoscalers` prints. */
export const hpaTable: TableKind = {
  columns: ['Name', 'MinPods', 'MaxPods', 'Replicas', 'Age'].map((name) => column(name)),
  cells: (hpa) => [
    hpa.metadata.name,
    numberOf(fieldsOf(hpa.spec).minReplicas),
    numberOf(fieldsOf(hpa.spec).maxReplicas),
    numberOf(fieldsOf(hpa.status).currentReplicas),
    age(hpa),
  ],
};

/** What `kubectl get podautoscalers` prints. */
export const podAutoscalerTable: TableKind = {
  columns: ['Name', 'DesiredScale', 'ActualScale', 'Ready', 'Reason'].map((name) => column(name)),
  cells: (autoscaler) => [
    autoscaler.metadata.name,
    numberOf(fieldsOf(autoscaler.status).desiredScale),
    numberOf(fieldsOf(autoscaler.status).actualScale),
    readyOf(autoscaler).status ?? '',
    readyOf(autoscaler).reason ?? '',
  ],
};

/** What `kubectl get revisions` prints. */
export const revisionTable: TableKind = {
  columns: [
    'Name',
    'Config Name',
    'Generation',
    'Ready',
    'Reason',
    'Actual Replicas',
    'Desired Replicas',
  ].map((name) => column(name)),
  cells: (revision) => {
    const { labels = {} } = revision.metadata;
    return [
      revision.metadata.name,
      labels['serving.knative.dev/configuration'] ?? '',
      labels['serving.knative.dev/configurationGeneration'] ?? '',
      readyOf(revision).status ?? '',
      readyOf(revision).reason ?? '',
      numberOf(fieldsOf(revision.status).actualReplicas),
      numberOf(fieldsOf(revision.status).desiredReplicas),
    ];
  },
};

/** What `kubectl get` prints of routes and configurations. */
export const readyTable: TableKind = {
  columns: ['Name', 'Ready', 'Reason'].map((name) => column(name)),
  cells: (object) => [object.metadata.name, readyOf(object).status ?? '', readyOf(object).reason ?? ''],
};

/** What `kubectl get dm` prints. */
export const domainMappingTable: TableKind = {
  columns: ['Name', 'URL', 'Ready', 'Reason'].map((name) => column(name)),
  cells: (object) => [
    object.metadata.name,
    (object.status as { url?: string } | undefined)?.url ?? '',
    readyOf(object).status ?? '',
    readyOf(object).reason ?? '',
  ],
};

/** What `kubectl get ksvc` prints. */
export const serviceTable: TableKind = {
  columns: ['Name', 'URL', 'LatestCreated', 'LatestReady', 'Ready', 'Reason'].map((name) => column(name)),
  cells: (service) => {
    const status = (service.status ?? {}) as {
      url?: string;
      latestCreatedRevisionName?: string;
      latestReadyRevisionName?: string;
    };
    const ready = readyOf(service);
    return [
      service.metadata.name,
      status.url ?? '',
      status.latestCreatedRevisionName ?? '',
      status.latestReadyRevisionName ?? '',
      ready.status ?? 'Unknown',
      ready.reason ?? '',
    ];
  },
};

export const plainTable: TableKind = {
  columns: [column('Name'), column('Age')],
  cells: (object) => [object.metadata.name, age(object)],
};

/** The objects as the Table that kubectl asks for. */
export function toTable(
  kind: TableKind,
  objects: KubeObject[],
  resourceVersion: string,
  withColumns = true,
): Record<string, unknown> {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion },
    columnDefinitions: withColumns ? kind.columns : null,
    rows: objects.map((object) => ({
      cells: kind.cells(object),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

function age(object: KubeObject): string {
  return ageOf(object.metadata.creationTimestamp);
}

function ageOf(time: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
}
