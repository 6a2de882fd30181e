import { type HpaPod } from '@/lib/autoscaling';
import { requestOf, type RequestingPod, usageOf, windowMsOf } from '@/lib/model/pod-resources';
import { type ClusterState } from './cluster-state';
import { type KubeObject } from './object-store';
import { type Condition } from './objects/conditions';

/** A revision's pods as the HPA's controller reads them from the lab's API; null: it serves no metrics. */
export function hpaPods(
  { pods, podMetrics, faults }: ClusterState,
  revision: string,
  namespace: string,
  resource: string,
): HpaPod[] | undefined {
  if (faults.current.noPodMetrics) return undefined;
  return pods
    .list()
    .filter(
      ({ metadata }) =>
        metadata.namespace === namespace && metadata.labels?.['serving.knative.dev/revision'] === revision,
    )
    .map((pod) => toHpaPod(pod, podMetrics.get(namespace, pod.metadata.name), resource));
}

function toHpaPod(pod: KubeObject, metrics: KubeObject | undefined, resource: string): HpaPod {
  const status = pod.status as {
    phase: HpaPod['phase'];
    startTime?: string;
    conditions?: Condition[];
  };
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const request = requestOf(pod.spec as RequestingPod, resource);
  const measured = metrics as
    | (KubeObject & {
        timestamp: string;
        window: string;
        containers: { usage: Record<string, string> }[];
      })
    | undefined;
  const used = measured ? usageOf(measured.containers, resource) : null;
  return {
    name: pod.metadata.name,
    phase: status.phase,
    deleting: pod.metadata.deletionTimestamp !== undefined,
    ready: ready
      ? { status: ready.status === 'True', changedAtMs: Date.parse(ready.lastTransitionTime) }
      : null,
    startedAtMs: status.startTime === undefined ? null : Date.parse(status.startTime),
    request: request.milli,
    noRequest: request.missingIn,
    samples: used === null ? {} : { [resource]: used },
    sampledAtMs: measured ? Date.parse(measured.timestamp) : 0,
    sampleWindowMs: measured ? windowMsOf(measured.window) : 0,
  };
}
