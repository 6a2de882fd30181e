import { z } from 'zod';
import { type PodPhase } from '@/lib/model/recording';

const timeSchema = z.union([z.string(), z.date()]).nullish();
/** The part of a Pod that tells its phase. */
export const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: timeSchema,
    deletionTimestamp: timeSchema,
    deletionGracePeriodSeconds: z.number().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
  status: z
    .looseObject({
      phase: z.string().nullish(),
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
      containerStatuses: z
        .array(
          z.looseObject({
            state: z
              .looseObject({
                waiting: z.looseObject({ reason: z.string().nullish() }).nullish(),
                terminated: z.looseObject({ reason: z.string().nullish() }).nullish(),
              })
              .nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
export type Pod = z.infer<typeof podSchema>;

const dull = new Set(['ContainerCreating', 'PodInitializing']);

/** Phase, reason and the server's own time of a pod's last change (Unix ms), as far as the object states them. */
export function podPhase(pod: Pod): {
  phase: PodPhase;
  reason: string | null;
  serverAtUnixMs: number | null;
} {
  const status = pod.status;
  const conditions = status?.conditions ?? [];
  const container = (status?.containerStatuses ?? [])
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
  const times = [
    toUnixMs(pod.metadata.creationTimestamp),
    deletionAskedAt(pod),
    ...conditions.map((c) => toUnixMs(c.lastTransitionTime)),
  ].filter((t) => t !== null);
  return { phase, reason, serverAtUnixMs: times.length > 0 ? Math.max(...times) : null };
}

// deletionTimestamp is when the grace period will be over.
function deletionAskedAt(pod: Pod): number | null {
  const overAt = toUnixMs(pod.metadata.deletionTimestamp);
  return overAt === null ? null : overAt - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

function toUnixMs(time: string | Date | null | undefined): number | null {
  if (!time) return null;
  const ms = typeof time === 'string' ? Date.parse(time) : time.getTime();
  return Number.isFinite(ms) ? ms : null;
}
