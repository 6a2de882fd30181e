import { isDeepStrictEqual } from 'node:util';
import { type HpaPod, type ScaleDecision } from '@/lib/autoscaling';
import { type HpaConditions, type HpaController } from '@/lib/autoscaling/hpa/controller';
import { type ClusterState } from '@/lib/lab/cluster-state';
import { type KubeObject, ownedBy } from '@/lib/lab/object-store';
import { type HpaMetric, type HpaSpec } from '@/lib/model/hpa-spec';
import { changedBy, madeBy, type Managers } from './managed-fields';
import { type Condition, type ConditionState, withTimes } from './conditions';

/** What an HPA's controller says after a sync. */
export interface HpaStatus {
  conditions: HpaConditions;
  decision: ScaleDecision;
  /** The pods as it saw them. */
  pods: readonly HpaPod[];
  currentReplicas: number;
  desiredReplicas: number;
}

/** What the controller says now. */
export function statusOf(
  { status }: HpaController,
  decision: ScaleDecision,
  pods: readonly HpaPod[],
): HpaStatus {
  return { ...status, conditions: { ...status.conditions }, decision, pods };
}

/** Writes the HorizontalPodAutoscaler that Knative makes for a PodAutoscaler of class hpa, with what its controller decided. */
export function writeHpa(
  { horizontalPodAutoscalers: store }: ClusterState,
  pa: KubeObject,
  spec: HpaSpec,
  said: HpaStatus | null,
): void {
  const { name, namespace, labels, annotations } = pa.metadata;
  const made = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace, labels, annotations, ownerReferences: ownedBy(pa) },
    spec: {
      scaleTargetRef: (pa.spec as { scaleTargetRef: object }).scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      metrics: spec.metrics.map(metricOf),
      ...(spec.behavior ? { behavior: spec.behavior } : {}),
    },
  };
  const hpa =
    store.get(namespace, name) ??
    store.create({ ...made, metadata: { ...made.metadata, managedFields: madeBy(managers, made) } });
  if (!said) return;
  const before = (hpa.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  const metric = spec.metrics[0];
  const current = metric && currentOf(metric, said);
  const status = {
    currentReplicas: said.currentReplicas,
    desiredReplicas: said.desiredReplicas,
    ...(current ? { currentMetrics: [current] } : {}),
    conditions: withTimes(before, conditionsOf(said, metric)),
  };
  if (isDeepStrictEqual(hpa.status, status)) return;
  const managedFields = changedBy(managers, hpa, { ...hpa, status });
  store.update({ ...hpa, metadata: { ...hpa.metadata, managedFields }, status });
}

const managers: Managers = {
  makes: 'autoscaler-hpa',
  spec: 'autoscaler-hpa',
  status: 'kube-controller-manager',
};

/** The controller's words to its reasons (horizontal.go), where they are always the same. */
const words: Readonly<Record<string, string>> = {
  SucceededGetScale: "the HPA controller was able to get the target's current scale",
  ReadyForNewScale: 'recommended size matches current size',
  ScaleDownStabilized:
    'recent recommendations were higher than current one, applying the highest recent recommendation',
  ScaleUpStabilized:
    'recent recommendations were lower than current one, applying the lowest recent recommendation',
  ScalingDisabled: 'scaling is disabled since the replica count of the target is zero',
  DesiredWithinRange: 'the desired count is within the acceptable range',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
};

function conditionsOf(said: HpaStatus, metric: HpaMetric | undefined): ConditionState[] {
  const what = metric?.name === 'cpu' ? 'cpu resource utilization (percentage of request)' : metric?.name;
  const failed = metric?.target === 'Utilization' ? `failed to get ${metric.name} utilization` : 'failed';
  return Object.entries(said.conditions).map(([type, { status, reason }]) => ({
    type,
    status,
    reason,
    message:
      words[reason] ??
      (reason === 'ValidMetricFound'
        ? `the HPA was able to successfully calculate a replica count from ${what}`
        : reason === 'SucceededRescale'
          ? `the HPA controller was able to update the target scale to ${said.decision.replicas}`
          : `the HPA was unable to compute the replica count: ${failed}: ${said.decision.reason.failure}`),
  }));
}

/** What it last measured; null: nothing. */
function currentOf(metric: HpaMetric, { decision, pods }: HpaStatus): Record<string, unknown> | null {
  const { name, type } = metric;
  if (decision.stableAverage === null) return null;
  const used = pods.flatMap(({ samples }) => samples[name] ?? []);
  if (type !== 'Resource')
    return {
      type,
      pods: { metric: { name }, current: { averageValue: quantityOf(decision.stableAverage * 1000) } },
    };
  const current = {
    averageValue: quantityOf(used.reduce((sum, value) => sum + value, 0) / Math.max(1, used.length)),
    ...(metric.target === 'Utilization' ? { averageUtilization: decision.stableAverage } : {}),
  };
  return { type, resource: { name, current } };
}

function metricOf({ type, name, target, quantity }: HpaMetric): Record<string, unknown> {
  const aim = {
    type: target,
    ...(target === 'Utilization' ? { averageUtilization: quantity } : { averageValue: quantityOf(quantity) }),
  };
  return type === 'Resource'
    ? { type, resource: { name, target: aim } }
    : { type, pods: { metric: { name }, target: aim } };
}

function quantityOf(milli: number): string {
  const whole = Math.trunc(milli);
  return whole % 1000 === 0 ? `${whole / 1000}` : `${whole}m`;
}
