import { z } from 'zod';
import { podProbeSchema } from './probe';

/**
 * What the cluster itself says of its decisions and of its pods' lives, beside the pod phases. As in all of a recording,
 * `atMs` is when we were told, on the run's clock, and `serverAtMs` when it happened by the server's clock, put on ours,
 * where the object states it: whole seconds.
 */
const toldSchema = z.object({ id: z.number().int(), atMs: z.number(), serverAtMs: z.number().nullable() });

/**
 * init: an init container; sidecar: an init container that stays (restartPolicy Always); app: any other, the queue-proxy
 * too.
 */
export const containerRoleSchema = z.enum(['init', 'sidecar', 'app']);
export type ContainerRole = z.infer<typeof containerRoleSchema>;

/** One step of a pod's life that its phases do not tell. */
export const podStepSchema = toldSchema.extend({
  kind: z.literal('pod'),
  uid: z.string(),
  name: z.string(),
  /**
   * scheduled: it has a node; initialized: all init containers are done; started, ended: a container was; status:
   * the word that `kubectl get pods` shows for it is another.
   */
  step: z.enum(['scheduled', 'initialized', 'started', 'ended', 'status']),
  node: z.string().nullable(),
  container: z.string().nullable(),
  role: containerRoleSchema.nullable(),
  /** Kubernetes' own word: of `status` kubectl's, such as `Init:CrashLoopBackOff`; of `ended` the container's, such as OOMKilled. */
  reason: z.string().nullable(),
  exitCode: z.number().int().nullable(),
  /** How often the container was begun anew before. */
  restarts: z.number().int().nullable(),
});
export type PodStep = z.infer<typeof podStepSchema>;

/** An Event of a pod, a ReplicaSet, a Deployment or a revision. */
export const clusterEventSchema = toldSchema.extend({
  kind: z.literal('event'),
  /** Kind, uid and name of the object that it is about. */
  object: z.string(),
  uid: z.string(),
  name: z.string(),
  type: z.enum(['Normal', 'Warning']),
  reason: z.string(),
  message: z.string(),
  count: z.number().int(),
});
export type ClusterEvent = z.infer<typeof clusterEventSchema>;

/** How many pods the cluster asks for, of one revision. */
export const scaleReportSchema = toldSchema.extend({
  kind: z.literal('scale'),
  /** Who says it: a PodAutoscaler's desiredScale, a HorizontalPodAutoscaler's desiredReplicas, or a Deployment's replicas. */
  source: z.enum(['podautoscaler', 'hpa', 'deployment']),
  revision: z.string(),
  /** Null: it has none, or no longer. */
  desired: z.number().int().nullable(),
  actual: z.number().int().nullable(),
  /** Of the Ready or Active condition that is not True: its reason. */
  reason: z.string().nullable(),
  /** What an HPA last saw of its metric, a pod: percent of the request, else its value; absent elsewhere. */
  average: z.number().nullish(),
});
export type ScaleReport = z.infer<typeof scaleReportSchema>;

/** A node was made. */
const nodeReportSchema = toldSchema.extend({ kind: z.literal('node'), name: z.string() });

/** A revision is scaled by another setting than the calculation was made with. */
export const settingReportSchema = toldSchema.extend({
  kind: z.literal('setting'),
  revision: z.string(),
  /** An annotation's name, or `containerConcurrency`. */
  setting: z.string(),
  /** The calculation's and the cluster's; null: not set. */
  ours: z.string().nullable(),
  theirs: z.string().nullable(),
});
export type SettingReport = z.infer<typeof settingReportSchema>;

/** A setting of the cluster itself was changed; null: not set. */
const configReportSchema = toldSchema.extend({
  kind: z.literal('config'),
  configMap: z.string(),
  key: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type ConfigReport = z.infer<typeof configReportSchema>;

/** What a revision is scaled by: its own settings. Told once it is known, and again when they change. */
export const revisionReportSchema = toldSchema.extend({
  kind: z.literal('revision'),
  revision: z.string(),
  /** Its autoscaling annotations. */
  annotations: z.record(z.string(), z.string()),
  containerConcurrency: z.number().int(),
  /** Whether a route refers to it; null: not known. */
  reachable: z.boolean().nullable(),
  /** Null: it is not known whether it is ready. */
  ready: z.boolean().nullable(),
  /** What its pods are asked before they are ready; none where its PodAutoscaler alone is read, and in runs of an older Scaletrace. */
  probes: z.array(podProbeSchema).optional(),
});
export type RevisionReport = z.infer<typeof revisionReportSchema>;

/** Whether the Knative Service is ready. Told once it is known, and again when it changes. */
export const serviceReportSchema = toldSchema.extend({
  kind: z.literal('service'),
  /** Null: not yet. */
  ready: z.boolean().nullable(),
  /** Its status is of an earlier generation: a change of it had not been taken up. */
  stale: z.boolean(),
  /** Of what is not ready, in Knative's own words. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
});
export type ServiceReport = z.infer<typeof serviceReportSchema>;

/** How a service's Route divides its requests from then on. */
export const trafficReportSchema = toldSchema.extend({
  kind: z.literal('traffic'),
  /** By revision; one with a tag only has 0 %. */
  shares: z.array(
    z.object({ revision: z.string(), percent: z.number(), tag: z.string().nullable().default(null) }),
  ),
});
export type TrafficReport = z.infer<typeof trafficReportSchema>;

const seen = z.number().nullable();
/** What the cluster's autoscaler sees and decides, by its own metrics; null: it does not tell. */
export const autoscalerReportSchema = toldSchema.extend({
  kind: z.literal('autoscaler'),
  revision: z.string(),
  /** Averages over the stable and the panic window, and the target of a pod: in flight or requests/s. */
  stable: seen,
  panic: seen,
  target: seen,
  desired: seen,
  /** 1: in panic. */
  panicMode: seen,
  /** Excess burst capacity. */
  excess: seen,
  /** How long (ms) it says something of: a server that scraped it did not look again. Absent: until another is told. */
  heldMs: z.number().optional(),
});
export type AutoscalerReport = z.infer<typeof autoscalerReportSchema>;

/** What the activators have of a revision, by their own metrics. */
const activatorReportSchema = toldSchema.extend({
  kind: z.literal('activator'),
  revision: z.string(),
  /** Requests that wait there or are passed on, of all activators that are read: the mean of a second. Null: none is read any more. */
  inFlight: z.number().nullable(),
  /** As an autoscaler's. */
  heldMs: z.number().optional(),
});
export type ActivatorReport = z.infer<typeof activatorReportSchema>;

/** What `metrics.k8s.io` says of one pod: means over the window that ends when it was sampled. */
export const podUsageSchema = z.object({
  pod: z.string(),
  revision: z.string().nullable(),
  /** When it was sampled, on the run's clock, and over how long. */
  sampledAtMs: z.number(),
  windowMs: z.number(),
  /** Thousandths of a core, and bytes, of all containers together; null: a container's was not measured. */
  cpuMilli: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  /** What the pod's containers request together; null: one of them requests nothing, or the pod is not known. */
  cpuRequestMilli: z.number().nullable(),
  memoryRequestBytes: z.number().nullable(),
  /** The first container without a request for CPU. */
  noCpuRequest: z.string().nullable(),
  /** The pod's start by its kubelet, on the run's clock. */
  startedAtMs: z.number().nullable(),
});
export type PodUsage = z.infer<typeof podUsageSchema>;

/** A reading of what pods use: of those whose sample is new. */
export const usageReportSchema = toldSchema.extend({
  kind: z.literal('usage'),
  pods: z.array(podUsageSchema),
});
export type UsageReport = z.infer<typeof usageReportSchema>;

/** Requests/s that the gateway counted of each revision, over about a second: of a service that scales on them and has several. */
const ratesReportSchema = toldSchema.extend({
  kind: z.literal('rates'),
  byRevision: z.record(z.string(), z.number()),
});

export const clusterReportSchema = z.discriminatedUnion('kind', [
  podStepSchema,
  clusterEventSchema,
  scaleReportSchema,
  nodeReportSchema,
  settingReportSchema,
  autoscalerReportSchema,
  activatorReportSchema,
  ratesReportSchema,
  usageReportSchema,
  configReportSchema,
  revisionReportSchema,
  trafficReportSchema,
  serviceReportSchema,
]);
export type ClusterReport = z.infer<typeof clusterReportSchema>;

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type NewClusterReport = WithoutId<ClusterReport>;
