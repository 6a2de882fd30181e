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
}

const system = 'knative-serving';
const podName = 'autoscaler-lab';
const port = '9090';

/** The pod in which the lab's autoscaler would run: what a cluster's metrics are read from through the API server. */
export function createAutoscalerPod({ pods }: ClusterState): void {
  const ready = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  const pod = pods.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podName, namespace: system, labels: { app: 'autoscaler' } },
    spec: {
      nodeName: 'lab',
      containers: [
        {
          name: 'autoscaler',
          image: 'lab/autoscaler',
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
          name: 'autoscaler',
          image: 'lab/autoscaler',
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
  const isAutoscaler = asked.namespace === system && asked.pod === podName && asked.port === port;
  return isAutoscaler && asked.path === '/metrics' ? autoscalerMetrics(revisions) : null;
}

/** The metrics of Knative's autoscaler (1.19 and later) that tell of a revision, as Prometheus text. */
function autoscalerMetrics(revisions: readonly MeasuredRevision[]): string {
  const rows = new Map<string, string[]>();
  for (const revision of revisions) {
    // Of one that an HPA scales Knative's autoscaler knows nothing.
    if (revision.decision?.reason.class === 'hpa') continue;
    const { namespace, service, name, decision, replicas, ready, pending, starting, terminating } = revision;
    const labels = `k8s_namespace_name="${namespace}",kn_configuration_name="${service}",kn_revision_name="${name}",kn_service_name="${service}"`;
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
      rows.set(full, [...own, `${full}{${labels}} ${value}`]);
    }
  }
  return [...rows.values()].flat().join('\n') + '\n';
}
