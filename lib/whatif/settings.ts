import { type Message } from '@/lib/model/message';
import { z } from 'zod';
import {
  annotationKey,
  type AnnotationName,
  hpaClass,
  kpaClass,
  mpaClass,
} from '@/lib/autoscaling/config/annotations';
import {
  type AutoscalerConfig,
  type ConcurrencyFrom,
  concurrencyFromSchema,
  podTargetOf,
} from '@/lib/model/autoscaler-config';
import { percentOf } from '@/lib/autoscaling/config/percent';
import { type ConfigProblem } from '@/lib/model/config-problem';
import { code, message } from '@/lib/model/message';
import { type ResolvedConfig, resolveConfig } from '@/lib/autoscaling/config/resolve';
import { resourceOf } from '@/lib/autoscaling/hpa/hpa-autoscaler';
import { type ChangedProbe } from './probed-starts';
import { onRecordedMetric } from '@/lib/autoscaling/hpa/recorded-metric';

/** A replay of more pods would say little and take long. */
const mostPods = 100_000;
const seconds = z.number().min(0, code('validation.0-or-more')).max(3600, code('validation.at-most-an-hour'));
const pods = z.number().max(mostPods, code('validation.most-pods'));

/**
 * What a what-if changes; a field that is absent stays as it is on the service. What Knative itself would refuse is not
 * refused here but by `configureWhatIf`, with Knative's meaning and the annotation's name.
 */
export const whatIfSettingsSchema = z.strictObject({
  class: z.enum(['kpa', 'mpa', 'hpa'], code('validation.class')).optional(),
  metric: z.enum(['concurrency', 'rps', 'cpu', 'memory'], code('validation.metric')).optional(),
  concurrencyFrom: concurrencyFromSchema.optional(),
  containerConcurrency: z
    .number()
    .int(code('validation.whole-number'))
    .min(0, code('validation.limit-0-to-1000'))
    .max(1000, code('validation.limit-0-to-1000'))
    .optional(),
  target: z.number().optional(),
  targetUtilizationPercent: z.number().optional(),
  stableWindowSeconds: z.number().optional(),
  panicWindowPercent: z.number().optional(),
  panicThresholdPercent: z.number().optional(),
  maxScaleUpRate: z.number().optional(),
  maxScaleDownRate: z.number().optional(),
  minScale: pods.optional(),
  /** 0: no bound. */
  maxScale: z.number().optional(),
  initialScale: pods.optional(),
  activationScale: pods.optional(),
  scaleDownDelaySeconds: z.number().optional(),
  scaleToZeroGraceSeconds: z.number().optional(),
  scaleToZeroRetentionSeconds: z.number().optional(),
  /** -1: unlimited. */
  targetBurstCapacity: z.number().optional(),
  aggregation: z.enum(['linear', 'weighted-exponential'], code('validation.aggregation')).optional(),
  /** How long each pod takes to be ready; absent: as observed. */
  podStartMs: z
    .number()
    .min(0, code('validation.0-or-more'))
    .max(3_600_000, code('validation.at-most-an-hour'))
    .optional(),
  /** Of the readiness probe: how long after its container's start a pod is asked first. */
  readinessInitialDelaySeconds: seconds.optional(),
  /** How often a pod is asked; 0: as often as Knative's queue-proxy can. */
  readinessPeriodSeconds: seconds.optional(),
  /** How often in a row it has to pass. */
  readinessSuccessThreshold: z
    .number()
    .int(code('validation.whole-number'))
    .min(1, code('validation.successes-1-to-1000'))
    .max(1000, code('validation.successes-1-to-1000'))
    .optional(),
  pricePerPodHour: z.number().min(0, code('validation.0-or-more')).optional(),
});
export type WhatIfSettings = z.infer<typeof whatIfSettingsSchema>;
export type WhatIfField = keyof WhatIfSettings;
export const whatIfFields = Object.keys(whatIfSettingsSchema.shape) as [WhatIfField, ...WhatIfField[]];

/** The service as it is configured now. */
export interface WhatIfBase {
  /** What is assumed of the demand. */
  assumptions?: readonly Message[];
  annotations: Readonly<Record<string, string>>;
  containerConcurrency: number;
  configMap?: Readonly<Record<string, string>>;
  mpaUtilization?: number;
  concurrencyFrom?: ConcurrencyFrom;
  /** Whether it is known what its pods use: an hpa on CPU or memory is then replayed on that. */
  isUsageKnown?: boolean;
}

const classNames = { kpa: kpaClass, mpa: mpaClass, hpa: hpaClass } as const;

/** The annotation, the ConfigMap key, or the readiness probe's field that a setting stands for. */
const places: Partial<
  Record<WhatIfField, { annotation: AnnotationName } | { configMap: string } | { probe: string }>
> = {
  class: { annotation: 'class' },
  metric: { annotation: 'metric' },
  target: { annotation: 'target' },
  targetUtilizationPercent: { annotation: 'target-utilization-percentage' },
  stableWindowSeconds: { annotation: 'window' },
  panicWindowPercent: { annotation: 'panic-window-percentage' },
  panicThresholdPercent: { annotation: 'panic-threshold-percentage' },
  minScale: { annotation: 'min-scale' },
  maxScale: { annotation: 'max-scale' },
  initialScale: { annotation: 'initial-scale' },
  activationScale: { annotation: 'activation-scale' },
  scaleDownDelaySeconds: { annotation: 'scale-down-delay' },
  scaleToZeroRetentionSeconds: { annotation: 'scale-to-zero-pod-retention-period' },
  targetBurstCapacity: { annotation: 'target-burst-capacity' },
  aggregation: { annotation: 'metric-aggregation-algorithm' },
  maxScaleUpRate: { configMap: 'max-scale-up-rate' },
  maxScaleDownRate: { configMap: 'max-scale-down-rate' },
  scaleToZeroGraceSeconds: { configMap: 'scale-to-zero-grace-period' },
  readinessInitialDelaySeconds: { probe: 'initialDelaySeconds' },
  readinessPeriodSeconds: { probe: 'periodSeconds' },
  readinessSuccessThreshold: { probe: 'successThreshold' },
};

/** The full name of the annotation, ConfigMap key or probe's field that a setting stands for, as refusals name it; null: it has none. */
export function placeOf(field: WhatIfField): string | null {
  const place = places[field];
  if (!place) return null;
  if ('probe' in place) return `readinessProbe.${place.probe}`;
  return 'annotation' in place ? annotationKey(place.annotation) : `config-autoscaler/${place.configMap}`;
}

/** The setting that a refused annotation or ConfigMap key stands for; null: none does. */
export function fieldOfProblem(problem: Pick<ConfigProblem, 'annotation'>): WhatIfField | null {
  return whatIfFields.find((field) => placeOf(field) === problem.annotation) ?? null;
}

/** The settings that a configuration has: what a form shows before anything is changed. */
export function settingsOf(
  config: AutoscalerConfig,
): Omit<Required<WhatIfSettings>, 'podStartMs' | 'pricePerPodHour' | keyof ChangedProbe> {
  const metric = config.hpa?.metrics[0];
  return {
    class: config.class,
    metric: metricOf(config),
    concurrencyFrom: config.concurrencyFrom,
    containerConcurrency: config.containerConcurrency,
    target: metric ? podTargetOf(config).target : config.totalValue,
    targetUtilizationPercent: percentOf(config.targetValue / config.totalValue),
    stableWindowSeconds: config.hpa
      ? (config.hpa.behavior?.scaleDown?.stabilizationWindowSeconds ?? 300)
      : config.stableWindowMs / 1000,
    panicWindowPercent: percentOf(config.panicWindowMs / config.stableWindowMs),
    panicThresholdPercent: percentOf(config.panicThreshold),
    maxScaleUpRate: config.maxScaleUpRate,
    maxScaleDownRate: config.maxScaleDownRate,
    minScale: config.minScale,
    maxScale: config.maxScale,
    initialScale: config.initialScale,
    activationScale: config.activationScale,
    scaleDownDelaySeconds: config.scaleDownDelayMs / 1000,
    scaleToZeroGraceSeconds: config.scaleToZeroGraceMs / 1000,
    scaleToZeroRetentionSeconds: config.scaleToZeroRetentionMs / 1000,
    targetBurstCapacity: config.targetBurstCapacity,
    aggregation: config.aggregation,
  };
}

function metricOf(config: AutoscalerConfig): NonNullable<WhatIfSettings['metric']> {
  const resource = resourceOf(config)?.name;
  if (resource) return resource === 'memory' ? 'memory' : 'cpu';
  return config.metric === 'rps' ? 'rps' : 'concurrency';
}

/** Annotations, limit and ConfigMap of `base` with `settings` put in: what a user would write to get them. */
function withSettings(base: WhatIfBase, settings: WhatIfSettings): WhatIfBase {
  const annotations = { ...base.annotations };
  const configMap = { ...base.configMap };
  for (const field of whatIfFields) {
    const place = places[field];
    const value = settings[field];
    if (!place || 'probe' in place || value === undefined) continue;
    const text =
      field === 'class'
        ? classNames[settings.class ?? 'kpa']
        : field.endsWith('Seconds')
          ? `${value}s`
          : String(value);
    if ('configMap' in place) configMap[place.configMap] = text;
    else annotations[annotationKey(place.annotation)] = text;
  }
  // Where nothing was recorded of an hpa's own metrics, CPU and memory, a target that is tried is one of concurrency.
  if (
    annotations[annotationKey('class')] === hpaClass &&
    settings.target !== undefined &&
    base.isUsageKnown !== true
  )
    annotations[annotationKey('metric')] ??= 'concurrency';
  const concurrencyFrom = settings.concurrencyFrom ?? base.concurrencyFrom;
  return {
    ...base,
    annotations,
    configMap,
    ...(concurrencyFrom ? { concurrencyFrom } : {}),
    containerConcurrency: settings.containerConcurrency ?? base.containerConcurrency,
  };
}

/** The configuration that `settings` make of `base`, with Knative's refusals in `problems`. */
export function configureWhatIf(base: WhatIfBase, settings: WhatIfSettings): ResolvedConfig {
  const resolved = resolveConfig(withSettings(base, settings));
  const resource = resourceOf(resolved.config);
  if (!resource || base.isUsageKnown !== true) return onRecordedMetric(resolved);
  const metric = resource.name === 'memory' ? 'memory' : 'cpu';
  return {
    ...resolved,
    assumptions: [...resolved.assumptions, message('assumptions.usage-as-recorded', { metric })],
  };
}
