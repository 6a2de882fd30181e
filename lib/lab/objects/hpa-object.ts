import { isDeepStrictEqual } from 'node:util';
import { type ClusterState } from '@/lib/lab/cluster-state';
import { type KubeObject, ownedBy } from '@/lib/lab/object-store';
import { type HpaMetric, type HpaSpec } from '@/lib/model/hpa-spec';
import { withTimes, type Condition } from './conditions';

/** Writes the HorizontalPodAutoscaler that Knative makes for a PodAutoscaler of class hpa, with what its controller decided. */
export function writeHpa(
  { horizontalPodAutoscalers: store }: ClusterState,
  pa: KubeObject,
  spec: HpaSpec,
  { desired, ready }: { desired: number; ready: number },
): void {
  const { name, namespace, labels, annotations } = pa.metadata;
  const hpa =
    store.get(namespace, name) ??
    store.create({
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
    });
  const before = (hpa.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  const isLimited = desired >= spec.maxReplicas;
  const status = {
    currentReplicas: ready,
    desiredReplicas: Math.max(desired, 0),
    conditions: withTimes(before, [
      {
        type: 'AbleToScale',
        status: 'True',
        reason: 'ReadyForNewScale',
        message: 'recommended size matches current size',
      },
      {
        type: 'ScalingActive',
        status: 'True',
        reason: 'ValidMetricFound',
        message: 'the HPA was able to successfully calculate a replica count',
      },
      {
        type: 'ScalingLimited',
        status: isLimited ? 'True' : 'False',
        reason: isLimited ? 'TooManyReplicas' : 'DesiredWithinRange',
        message: isLimited
          ? 'the desired replica count is more than the maximum replica count'
          : 'the desired count is within the acceptable range',
      },
    ]),
  };
  if (!isDeepStrictEqual(hpa.status, status)) store.update({ ...hpa, status });
}

function metricOf({ type, name, target, quantity }: HpaMetric): Record<string, unknown> {
  const aim = {
    type: target,
    ...(target === 'Utilization'
      ? { averageUtilization: quantity }
      : { averageValue: quantity % 1000 === 0 ? `${quantity / 1000}` : `${quantity}m` }),
  };
  return type === 'Resource'
    ? { type, resource: { name, target: aim } }
    : { type, pods: { metric: { name }, target: aim } };
}
