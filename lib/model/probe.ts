import { z } from 'zod';

/** A probe of a service's container, with the defaults of Knative and Kubernetes applied. */
export const podProbeSchema = z.object({
  kind: z.enum(['startup', 'readiness', 'liveness']),
  how: z.enum(['http', 'tcp', 'exec', 'grpc']),
  /** Its path, command or gRPC service; empty: none is named. */
  what: z.string(),
  initialDelayMs: z.number(),
  /** 0, of readiness alone: the queue-proxy asks as often as it can until the container is ready. */
  periodMs: z.number(),
  timeoutMs: z.number(),
  successThreshold: z.number(),
  failureThreshold: z.number(),
});
export type PodProbe = z.infer<typeof podProbeSchema>;

const count = z.number().nullish();
const rawProbeSchema = z.looseObject({
  initialDelaySeconds: count,
  periodSeconds: count,
  timeoutSeconds: count,
  successThreshold: count,
  failureThreshold: count,
  httpGet: z.looseObject({ path: z.string().nullish() }).nullish(),
  exec: z.looseObject({ command: z.array(z.string()).nullish() }).nullish(),
  grpc: z.looseObject({ service: z.string().nullish() }).nullish(),
});
type RawProbe = z.infer<typeof rawProbeSchema>;

/** A container as far as its probes are concerned. */
export const probedContainerSchema = z.looseObject({
  ports: z.array(z.looseObject({})).nullish(),
  readinessProbe: rawProbeSchema.nullish(),
  livenessProbe: rawProbeSchema.nullish(),
  startupProbe: rawProbeSchema.nullish(),
});
type ProbedContainer = z.infer<typeof probedContainerSchema>;

/** How often the queue-proxy asks where a readiness probe names no period (ms): Knative serving, pkg/queue/readiness/probe.go. */
const aggressiveMs = 50;

/**
 * The probes of the container that serves: the one that has a port, or the only one. Without a readiness probe Knative
 * takes a TCP connection to the port; without a period its queue-proxy asks as often as it can (pkg/apis/serving/v1,
 * revision_defaults.go); the others have Kubernetes' defaults.
 */
export function podProbesOf(containers: readonly ProbedContainer[]): PodProbe[] {
  const serving = containers.find(({ ports }) => ports?.length) ?? containers[0];
  if (!serving) return [];
  const { startupProbe, readinessProbe, livenessProbe } = serving;
  return [
    ...(startupProbe ? [withDefaults('startup', startupProbe, 10)] : []),
    withDefaults('readiness', readinessProbe ?? {}, 0),
    ...(livenessProbe ? [withDefaults('liveness', livenessProbe, 10)] : []),
  ];
}

function withDefaults(kind: PodProbe['kind'], probe: RawProbe, periodSeconds: number): PodProbe {
  const { httpGet, exec, grpc } = probe;
  return {
    kind,
    how: httpGet ? 'http' : exec ? 'exec' : grpc ? 'grpc' : 'tcp',
    what: httpGet ? (httpGet.path ?? '/') : exec ? (exec.command ?? []).join(' ') : (grpc?.service ?? ''),
    initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1000,
    periodMs: (probe.periodSeconds || periodSeconds) * 1000,
    timeoutMs: (probe.timeoutSeconds || 1) * 1000,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
}

/** When a pod can be ready at the earliest, and by which of its probes. */
export interface EarliestReady {
  /** After its container's start. */
  afterMs: number;
  by: 'startup' | 'readiness';
}

/**
 * When a pod can be ready at the earliest, if each probe passes each time it is asked. The kubelet asks at beats of the
 * period from the container's start, the first of them not before the initial delay, and for readiness only once the
 * startup probe has passed (Kubernetes, pkg/kubelet/prober/worker.go); null where no probe is known. `servesMs`: when its
 * container begins to pass them.
 */
export function earliestReady(probes: readonly PodProbe[], servesMs = 0): EarliestReady | null {
  const of = (kind: PodProbe['kind']): PodProbe | undefined => probes.find((probe) => probe.kind === kind);
  const [startup, readiness] = [of('startup'), of('readiness')];
  if (!readiness) return null;
  const startedMs = startup ? firstBeatMs(startup, Math.max(startup.initialDelayMs, servesMs)) : 0;
  const delayMs = Math.max(startedMs, readiness.initialDelayMs, servesMs);
  const firstMs = firstBeatMs(readiness, delayMs);
  const afterMs = firstMs + (readiness.successThreshold - 1) * (readiness.periodMs || aggressiveMs);
  return { afterMs, by: startedMs * 2 > afterMs ? 'startup' : 'readiness' };
}

/** The first beat that is not before a time. */
function firstBeatMs({ periodMs }: PodProbe, notBeforeMs: number): number {
  return periodMs === 0 ? notBeforeMs : Math.ceil(notBeforeMs / periodMs) * periodMs;
}
