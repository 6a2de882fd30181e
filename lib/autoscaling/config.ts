import { readAnnotations, type ConfigProblem } from './annotations';
import { readConfigMap } from './config-map';
import { parseHpaSettings, type HpaSettings } from './hpa-settings';

export type AutoscalerClass = 'kpa' | 'hpa' | 'mpa';
export type Aggregation = 'linear' | 'weighted-exponential';

/** A service's autoscaling as it is in force. Times in ms; pods and concurrency as plain numbers. */
export interface AutoscalerConfig {
  class: AutoscalerClass;
  /** What the class scales on: `concurrency` or `rps`; HPA also `cpu`, `memory` or a custom metric's name. */
  metric: string;
  /** What one pod should have (target × utilization). */
  targetValue: number;
  /** What one pod may have. */
  totalValue: number;
  targetBurstCapacity: number;
  activatorCapacity: number;
  /** A ratio: desired by the panic window over ready pods. */
  panicThreshold: number;
  stableWindowMs: number;
  panicWindowMs: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  scaleDownDelayMs: number;
  /** Below 2: off. */
  activationScale: number;
  initialScale: number;
  minScale: number;
  /** 0: no bound. */
  maxScale: number;
  reachable: boolean;
  aggregation: Aggregation;
  /** False with target-burst-capacity −1: an empty window is then a valid 0. */
  scrape: boolean;
  scaleToZero: boolean;
  scaleToZeroGraceMs: number;
  /** How long the last pod is kept, and whether the annotation or the cluster says so. */
  podRetentionMs: number;
  progressDeadlineMs: number;
  /** How often the class decides. */
  tickMs: number;
  hpa: HpaSettings;
}

export interface ConfigInput {
  annotations: Record<string, string>;
  containerConcurrency: number;
  /** Keys of the ConfigMap config-autoscaler that are set. */
  configMap?: Record<string, string>;
  /** Share of containerConcurrency that MPA aims at, 0–1 (design, MPA). */
  mpaUtilization?: number;
  /** False: the revision gets no traffic any more. */
  reachable?: boolean;
  progressDeadlineMs?: number;
}

const targetMin = 0.01;
const tickMs = 2000;
const hpaTickMs = 15_000;

/**
 * The configuration in force from annotations, ConfigMap and defaults (spec, sections 1.1–1.3; Knative
 * pkg/reconciler/autoscaling/kpa/resources/decider.go and pkg/autoscaler/config). Never throws: an annotation that is
 * refused is listed in `problems` with its name, and the cluster's value stands for it.
 */
export function resolveConfig(input: ConfigInput): { config: AutoscalerConfig; problems: ConfigProblem[] } {
  const { values: cluster, problems: clusterProblems } = readConfigMap(input.configMap ?? {});
  const { values: own, problems } = readAnnotations(input.annotations, cluster);
  const autoscalerClass = own.class;
  const isMpa = autoscalerClass === 'mpa';
  const metric = own.metric ?? (autoscalerClass === 'hpa' ? 'cpu' : 'concurrency');
  const limit = input.containerConcurrency;
  const reachable = input.reachable ?? true;

  let total: number;
  let utilization: number;
  if (metric === 'rps') {
    total = cluster.rpsTargetDefault;
    utilization = 0.7;
  } else {
    total = limit > 0 ? limit : cluster.concurrencyTargetDefault;
    utilization = isMpa ? (input.mpaUtilization ?? 1) : cluster.concurrencyUtilization;
  }
  if (own.target !== undefined) {
    total = metric === 'concurrency' && limit !== 0 ? Math.min(own.target, limit) : own.target;
  }
  if (own.targetUtilization !== undefined) utilization = own.targetUtilization / 100;

  const stableWindowMs = own.windowMs ?? cluster.stableWindowMs;
  const panicPercentage = own.panicWindowPercentage ?? cluster.panicWindowPercentage;
  // The gateway itself holds MPA's requests: no activator, no burst capacity.
  const targetBurstCapacity = isMpa ? 0 : (own.targetBurstCapacity ?? cluster.targetBurstCapacity);
  const ownInitial = own.initialScale === 0 && !cluster.allowZeroInitialScale ? undefined : own.initialScale;
  return {
    problems: [...clusterProblems, ...problems],
    config: {
      class: autoscalerClass,
      metric,
      targetValue: Math.max(targetMin, total * utilization),
      totalValue: total,
      targetBurstCapacity,
      activatorCapacity: cluster.activatorCapacity,
      panicThreshold: (own.panicThresholdPercentage ?? cluster.panicThresholdPercentage) / 100,
      stableWindowMs,
      panicWindowMs: Math.max(1000, roundHalfAway((stableWindowMs * panicPercentage) / 100 / 1000) * 1000),
      maxScaleUpRate: cluster.maxScaleUpRate,
      maxScaleDownRate: cluster.maxScaleDownRate,
      scaleDownDelayMs: own.scaleDownDelayMs ?? cluster.scaleDownDelayMs,
      activationScale: own.activationScale ?? 0,
      initialScale: ownInitial ?? cluster.initialScale,
      minScale: reachable ? (own.minScale ?? cluster.minScale) : 0,
      maxScale: own.maxScale ?? cluster.maxScale,
      reachable,
      aggregation: own.aggregation ?? 'linear',
      scrape: isMpa || targetBurstCapacity !== -1,
      scaleToZero: cluster.scaleToZero,
      scaleToZeroGraceMs: cluster.scaleToZeroGraceMs,
      podRetentionMs: reachable ? (own.podRetentionMs ?? cluster.podRetentionMs) : 0,
      progressDeadlineMs: own.progressDeadlineMs ?? input.progressDeadlineMs ?? 600_000,
      tickMs: autoscalerClass === 'hpa' ? hpaTickMs : tickMs,
      hpa: parseHpaSettings(own),
    },
  };
}

/** Rounds half away from zero, as Go's `Round` does. */
export function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
