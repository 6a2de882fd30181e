import { constants } from 'node:os';
import { z } from 'zod';
import { message, said, type Message } from '@/lib/model/message';

const stateSchema = z.looseObject({
  waiting: z.looseObject({ reason: z.string().nullish(), message: z.string().nullish() }).nullish(),
  running: z.looseObject({}).nullish(),
  terminated: z
    .looseObject({ exitCode: z.number(), signal: z.number().nullish(), reason: z.string().nullish() })
    .nullish(),
});

/** A pod of a TestRun, as far as a load goes by it. */
export const runnerPodSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  status: z
    .looseObject({
      phase: z.string().nullish(),
      reason: z.string().nullish(),
      message: z.string().nullish(),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), message: z.string().nullish() }))
        .nullish(),
      containerStatuses: z.array(z.looseObject({ state: stateSchema.nullish() })).nullish(),
    })
    .default({}),
});
export type RunnerPod = z.infer<typeof runnerPodSchema>;

/** A Job of a TestRun. */
export const runnerJobSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  status: z
    .looseObject({
      active: z.number().nullish(),
      succeeded: z.number().nullish(),
      failed: z.number().nullish(),
    })
    .default({}),
});
export type RunnerJob = z.infer<typeof runnerJobSchema>;

/** The name of the Job that made a pod. */
export function jobOf({ metadata: { labels } }: RunnerPod): string {
  return labels['batch.kubernetes.io/job-name'] ?? labels['job-name'] ?? '';
}

/** What a pod's container is at; a TestRun's pods have one. */
export function containerOf(pod: RunnerPod): z.infer<typeof stateSchema> {
  return pod.status.containerStatuses?.[0]?.state ?? {};
}

/** How a pod's container ended; null: it has not. A pod that was evicted may have no container left to tell. */
export function exitOf(pod: RunnerPod): { code: number | null; signal: string | null } | null {
  const { terminated } = containerOf(pod);
  if (terminated) {
    const signal = terminated.signal ?? (terminated.exitCode > 128 ? terminated.exitCode - 128 : null);
    return signal === null
      ? { code: terminated.exitCode, signal: null }
      : { code: null, signal: nameOf(signal) };
  }
  const { phase } = pod.status;
  return phase === 'Failed' || phase === 'Succeeded'
    ? { code: phase === 'Failed' ? null : 0, signal: null }
    : null;
}

function nameOf(signal: number): string {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `${signal}`;
}

const never = /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|CreateContainerError)$/;

/** Why a pod will not run; null: it may yet. */
export function whyNever(pod: RunnerPod, image: string): Message | null {
  const { waiting } = containerOf(pod);
  if (waiting?.reason && never.test(waiting.reason)) {
    const cause = said(waiting.message ?? waiting.reason);
    return waiting.reason === 'CreateContainerError'
      ? message('reasons.runner-pod', { pod: pod.metadata.name, cause })
      : message('reasons.runner-image', { image, cause });
  }
  if (pod.status.phase !== 'Failed' || containerOf(pod).terminated) return null;
  const cause = said(pod.status.message ?? pod.status.reason ?? 'Failed');
  return message('reasons.runner-pod', { pod: pod.metadata.name, cause });
}

/** What a pod that does not run yet waits for, in the cluster's words; null: it says nothing. */
export function waitsFor(pod: RunnerPod): string | null {
  const { waiting } = containerOf(pod);
  const unscheduled = pod.status.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  const text = unscheduled?.message ?? waiting?.message ?? waiting?.reason ?? null;
  return text === null ? null : `${pod.metadata.name}: ${text}`;
}
