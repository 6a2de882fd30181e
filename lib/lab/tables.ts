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
      containerStatuses: { ready: boolean; restartCount: number; state: { waiting?: { reason: string } } }[];
    };
    const container = status.containerStatuses[0];
    const words = pod.metadata.deletionTimestamp
      ? 'Terminating'
      : (container?.state.waiting?.reason ?? status.reason ?? status.phase);
    return [
      pod.metadata.name,
      `${container?.ready ? 1 : 0}/1`,
      words,
      `${container?.restartCount ?? 0}`,
      age(pod),
      status.podIP ?? '<none>',
      'lab',
    ];
  },
};

/** What `kubectl get ksvc` prints. */
export const serviceTable: TableKind = {
  columns: ['Name', 'URL', 'LatestCreated', 'LatestReady', 'Ready', 'Reason'].map((name) => column(name)),
  cells: (service) => {
    const status = (service.status ?? {}) as {
      url?: string;
      latestCreatedRevisionName?: string;
      latestReadyRevisionName?: string;
      conditions?: { type: string; status: string; reason?: string }[];
    };
    const ready = status.conditions?.find((condition) => condition.type === 'Ready');
    return [
      service.metadata.name,
      status.url ?? '',
      status.latestCreatedRevisionName ?? '',
      status.latestReadyRevisionName ?? '',
      ready?.status ?? 'Unknown',
      ready?.reason ?? '',
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
  const seconds = Math.max(
    0,
    Math.round((Date.now() - Date.parse(object.metadata.creationTimestamp)) / 1000),
  );
  if (seconds < 120) return `${seconds}s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
}
