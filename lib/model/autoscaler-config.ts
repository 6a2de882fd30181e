import { z } from 'zod';
import { hpaSpecSchema, inHpaUnit } from './hpa-spec';
import { code } from './message';

/** Unix milliseconds. */
export type UnixMs = number;

export const autoscalerClassSchema = z.enum(['kpa', 'hpa', 'mpa']);
export type AutoscalerClass = z.infer<typeof autoscalerClassSchema>;

/**
 * How often (ms) an autoscaler decides: Knative's each 2 s (`tick-interval` in its source, pkg/autoscaler/scaling), the
 * HPA controller each 15 s (`--horizontal-pod-autoscaler-sync-period`).
 */
export function tickMsOf(autoscalerClass: AutoscalerClass): number {
  return autoscalerClass === 'hpa' ? 15_000 : 2000;
}

/**
 * Whose count of requests in flight an autoscaler reads: queue-proxy's and the activator's, as Knative does, or the
 * gateway's, as MPA does and Alibaba's kpa behind MSE or Higress (docs/autoscaler-spec.md, section 6).
 */
export const concurrencyFromSchema = z.enum(['knative', 'gateway'], code('validation.concurrency-from'));
export type ConcurrencyFrom = z.infer<typeof concurrencyFromSchema>;

/** Everything that decides how a revision scales, resolved: plain data, the same for annotator, lab and replay. */
export const autoscalerConfigSchema = z.object({
  class: autoscalerClassSchema,
  /** How often the calculation runs: `tickMsOf` its class. */
  tickMs: z.number().positive(),
  /** What load is measured in: `concurrency`, `rps`, or for HPA any metric's name. */
  metric: z.string(),
  /** Of class kpa; mpa reads the gateway, and hpa neither. Recordings of an older Scaletrace have none. */
  concurrencyFrom: concurrencyFromSchema.default('knative'),
  /** Hard limit of requests in one pod; 0 is none. */
  containerConcurrency: z.number().nonnegative(),
  /** Load a pod should have: `totalValue` × the target utilization. */
  targetValue: z.number().positive(),
  /** Load a pod can have. */
  totalValue: z.number().positive(),
  stableWindowMs: z.number().positive(),
  panicWindowMs: z.number().positive(),
  /** Panic starts when the pods wanted over the panic window reach this multiple of the ready ones. */
  panicThreshold: z.number(),
  maxScaleUpRate: z.number(),
  maxScaleDownRate: z.number(),
  minScale: z.number().int(),
  /** 0 is no bound. */
  maxScale: z.number().int(),
  initialScale: z.number().int(),
  /** Least pods when there is any load; below 2 it does nothing. */
  activationScale: z.number().int(),
  scaleDownDelayMs: z.number(),
  enableScaleToZero: z.boolean(),
  scaleToZeroGraceMs: z.number(),
  scaleToZeroRetentionMs: z.number(),
  progressDeadlineMs: z.number(),
  /** -1: the activator stays in the path; 0: only while no pod is ready. */
  targetBurstCapacity: z.number(),
  activatorCapacity: z.number(),
  aggregation: z.enum(['linear', 'weighted-exponential']),
  /** Whether a route refers to the revision. */
  reachable: z.boolean(),
  /** The HorizontalPodAutoscaler that Knative makes for class hpa; null for the others. */
  hpa: hpaSpecSchema.nullable(),
});
export type AutoscalerConfig = z.infer<typeof autoscalerConfigSchema>;

/**
 * The load that a pod should have, in the unit in which it is measured, and what is measured: of an HPA its own metric
 * (a utilization in percent of what the pod asks for, memory in MiB), of the others the resolved target.
 */
export function podTargetOf({ hpa, metric, targetValue }: AutoscalerConfig): {
  metric: string;
  target: number;
  isShare: boolean;
} {
  const own = hpa?.metrics[0];
  if (!own) return { metric, target: targetValue, isShare: false };
  return {
    metric: own.name,
    target: inHpaUnit(own, own.quantity),
    isShare: own.target === 'Utilization',
  };
}

export type ConfigField = keyof AutoscalerConfig;

/** Whether what is in flight at the gateway is decided on, so that no activator is in the path. */
export function readsGateway({
  class: of,
  concurrencyFrom,
}: Pick<AutoscalerConfig, 'class' | 'concurrencyFrom'>): boolean {
  return of === 'mpa' || (of === 'kpa' && concurrencyFrom === 'gateway');
}

/** Where a resolved value comes from: an annotation or ConfigMap key by name, the revision's spec, or a default. */
export type ConfigSource = {
  kind: 'annotation' | 'config-map' | 'spec' | 'setting' | 'default';
  key: string | null;
};
