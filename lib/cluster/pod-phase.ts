import { z } from 'zod';
import { type PodPhase } from '@/lib/model/recording';

const timeSchema = z.union([z.string(), z.date()]).nullish();
const containerStatusSchema = z.looseObject({
  name: z.string().nullish(),
  ready: z.boolean().nullish(),
  started: z.boolean().nullish(),
  restartCount: z.number().nullish(),
  image: z.string().nullish(),
  state: z
    .looseObject({
      waiting: z.looseObject({ reason: z.string().nullish() }).nullish(),
      running: z.looseObject({ startedAt: timeSchema }).nullish(),
      terminated: z
        .looseObject({
          reason: z.string().nullish(),
          exitCode: z.number().nullish(),
          signal: z.number().nullish(),
          startedAt: timeSchema,
          finishedAt: timeSchema,
        })
        .nullish(),
    })
    .nullish(),
  lastState: z
    .looseObject({
      terminated: z
        .looseObject({
          reason: z.string().nullish(),
          exitCode: z.number().nullish(),
          startedAt: timeSchema,
          finishedAt: timeSchema,
        })
        .nullish(),
    })
    .nullish(),
});
export type ContainerStatus = z.infer<typeof containerStatusSchema>;
const resourcesSchema = z
  .looseObject({ requests: z.record(z.string(), z.union([z.string(), z.number()])).nullish() })
  .nullish();
/** The part of a Pod that tells its phase, and what it requests. */
export const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: timeSchema,
    deletionTimestamp: timeSchema,
    deletionGracePeriodSeconds: z.number().nullish(),
    managedFields: z.array(z.looseObject({ time: timeSchema })).nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z
    .looseObject({
      nodeName: z.string().nullish(),
      resources: resourcesSchema,
      containers: z.array(z.looseObject({ name: z.string(), resources: resourcesSchema })).nullish(),
      initContainers: z
        .array(
          z.looseObject({
            name: z.string(),
            restartPolicy: z.string().nullish(),
            resources: resourcesSchema,
          }),
        )
        .nullish(),
    })
    .nullish(),
  status: z
    .looseObject({
      phase: z.string().nullish(),
      startTime: timeSchema,
      reason: z.string().nullish(),
      conditions: z
        .array(
          z.looseObject({
            type: z.string(),
            status: z.string(),
            lastTransitionTime: timeSchema,
            reason: z.string().nullish(),
          }),
        )
        .nullish(),
      containerStatuses: z.array(containerStatusSchema).nullish(),
      initContainerStatuses: z.array(containerStatusSchema).nullish(),
    })
    .nullish(),
});
export type Pod = z.infer<typeof podSchema>;

const dull = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * Phase, reason and the server's own time (Unix ms) at which the pod came into that phase, as far as the object states
 * one. Kubernetes' times are whole seconds.
 */
export function podPhase(pod: Pod): {
  phase: PodPhase;
  reason: string | null;
  serverAtUnixMs: number | null;
} {
  const status = pod.status;
  const conditions = status?.conditions ?? [];
  const container = [
    ...(status?.initContainerStatuses ?? []).filter(({ state }) => state?.terminated?.exitCode !== 0),
    ...(status?.containerStatuses ?? []),
  ]
    .map((c) => c.state?.waiting?.reason ?? c.state?.terminated?.reason)
    .find((reason) => reason && !dull.has(reason));
  const unscheduled = conditions.find((c) => c.type === 'PodScheduled' && c.status === 'False')?.reason;
  const reason = container ?? status?.reason ?? unscheduled ?? null;
  const ready = conditions.some((c) => c.type === 'Ready' && c.status === 'True');
  // A pod that has failed or run to its end serves no more, though its object may stay for long.
  const ended = status?.phase === 'Failed' || status?.phase === 'Succeeded';
  const phase: PodPhase =
    pod.metadata.deletionTimestamp || ended
      ? 'terminating'
      : ready
        ? 'ready'
        : status?.phase === 'Running'
          ? 'starting'
          : 'pending';
  return { phase, reason, serverAtUnixMs: enteredAt(pod, phase) ?? lastChangeAt(pod) };
}

/** When the server says that a pod came into a phase, also one that it has left; Unix ms, null where it says nothing. */
export function enteredAt({ metadata, status }: Pod, phase: PodPhase): number | null {
  const states = (status?.containerStatuses ?? []).map(({ state }) => state);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  switch (phase) {
    case 'pending':
      return toUnixMs(metadata.creationTimestamp);
    case 'starting':
      return latest([
        ...states.map((state) => toUnixMs(state?.running?.startedAt)),
        ready?.status === 'False' ? toUnixMs(ready.lastTransitionTime) : null,
      ]);
    case 'ready':
      return ready?.status === 'True' ? toUnixMs(ready.lastTransitionTime) : null;
    case 'terminating':
      return (
        deletionAskedAt({ metadata }) ??
        latest(states.map((state) => toUnixMs(state?.terminated?.finishedAt)))
      );
    case 'gone':
      return null;
  }
}

/** Where no field tells of the phase itself: the latest time in the object. */
function lastChangeAt(pod: Pod): number | null {
  return latest([
    toUnixMs(pod.metadata.creationTimestamp),
    deletionAskedAt(pod),
    ...(pod.status?.conditions ?? []).map((c) => toUnixMs(c.lastTransitionTime)),
    ...(pod.metadata.managedFields ?? []).map(({ time }) => toUnixMs(time)),
  ]);
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

// deletionTimestamp is when the grace period will be over.
function deletionAskedAt(pod: Pick<Pod, 'metadata'>): number | null {
  const overAt = toUnixMs(pod.metadata.deletionTimestamp);
  return overAt === null ? null : overAt - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

/** A time of the API server in Unix ms; null where there is none. */
export function toUnixMs(time: string | Date | null | undefined): number | null {
  if (!time) return null;
  const ms = typeof time === 'string' ? Date.parse(time) : time.getTime();
  return Number.isFinite(ms) ? ms : null;
}
