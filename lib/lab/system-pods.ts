import { type ScaleDecision } from '@/lib/autoscaling';
import { type ClusterState } from './cluster-state';
import { type ProxyPath } from './kube-api';

/** One revision as the autoscaler's metrics tell of it. */
export interface MeasuredRevision {
  namespace: string;
  service: string;
  name: string;
  /** The last decision; null: none yet. */
  decision: ScaleDecision | null;
  replicas: number;
  ready: number;
  pending: number;
  starting: number;
  terminating: number;
  /** What the activator last reported of it; null: it never had anything of it. */
  atActivator: number | null;
}

const system = 'knative-serving';
const port = '9090';
/** What would run in a pod of its own in a cluster, and what its metrics are. */
const components: Readonly<Record<string, (revisions: readonly MeasuredRevision[]) => string>> = {
  autoscaler: autoscalerMetrics,
  activator: activatorMetrics,
};
const podOf = (component: string): string => `${component}-lab`;

/** The pods of Knative's own that the lab stands in for: what a cluster's metrics are read from through the API server. */
export function createSystemPods(cluster: ClusterState): void {
  for (const component of Object.keys(components)) createPod(cluster, component);
}

function createPod({ pods }: ClusterState, component: string): void {
  const ready = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  const pod = pods.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podOf(component), namespace: system, labels: { app: component } },
    spec: {
      nodeName: 'lab',
      containers: [
        {
          name: component,
          image: `lab/${component}`,
          ports: [{ name: 'metrics', containerPort: Number(port), protocol: 'TCP' }],
        },
      ],
    },
    status: {},
  });
  const at = pod.metadata.creationTimestamp;
  pods.update({
    ...pod,
    status: {
      phase: 'Running',
      hostIP: '127.0.0.1',
      podIP: '127.0.0.1',
      startTime: at,
      conditions: ready.map((type) => ({ type, status: 'True', lastTransitionTime: at })),
      containerStatuses: [
        {
          name: component,
          image: `lab/${component}`,
          ready: true,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: at } },
        },
      ],
    },
  });
}

/** What a pod answers through the API server's proxy; null: there is nothing. */
export function proxiedMetrics(asked: ProxyPath, revisions: readonly MeasuredRevision[]): string | null {
  if (asked.namespace !== system || asked.port !== port || asked.path !== '/metrics') return null;
  const of = Object.keys(components).find((component) => podOf(component) === asked.pod);
  return of === undefined ? null : components[of]!(revisions);
}

/** The metrics of Knative's autoscaler (1.19 and later) that tell of a revision, as Prometheus text. */
function autoscalerMetrics(revisions: readonly MeasuredRevision[]): string {
  const rows = new Map<string, string[]>();
  for (const revision of revisions) {
    // Of one that an HPA scales Knative's autoscaler knows nothing.
    if (revision.decision?.reason.class === 'hpa') continue;
    const { decision, replicas, ready, pending, starting, terminating } = revision;
    const kind = decision?.reason.metric === 'rps' ? 'rps' : 'concurrency';
    const values: Record<string, number | null> = {
      pods_desired: decision?.desiredPods ?? null,
      capacity_excess: decision?.excessBurstCapacity ?? null,
      panic_mode: decision && Number(decision.panicMode),
      [`${kind}_stable`]: decision?.stableAverage ?? null,
      [`${kind}_panic`]: decision?.panicAverage ?? null,
      [`${kind}_target`]: decision?.reason.target ?? null,
      pods_requested: replicas,
      pods_count: ready,
      pods_not_ready_count: starting,
      pods_pending_count: pending,
      pods_terminating_count: terminating,
    };
    for (const [metric, value] of Object.entries(values)) {
      if (value === null) continue;
      const full = `kn_revision_${metric}`;
      const own = rows.get(full) ?? [`# TYPE ${full} gauge`];
      rows.set(full, [...own, `${full}{${labelsOf(revision)}} ${value}`]);
    }
  }
  return [...rows.values()].flat().join('\n') + '\n';
}

/** The activator's own, of the revisions that it ever had requests of. */
function activatorMetrics(revisions: readonly MeasuredRevision[]): string {
  const full = 'kn_revision_request_concurrency';
  const rows = revisions.flatMap((revision) =>
    revision.atActivator === null ? [] : [`${full}{${labelsOf(revision)}} ${revision.atActivator}`],
  );
  return [`# TYPE ${full} gauge`, ...rows].join('\n') + '\n';
}

function labelsOf({ namespace, service, name }: MeasuredRevision): string {
  return `k8s_namespace_name="${namespace}",kn_configuration_name="${service}",kn_revision_name="${name}",kn_service_name="${service}"`;
}
