import { z } from 'zod';
import { annotationKey, type AnnotationName, hpaClass, kpaClass, mpaClass } from '../config/annotations';
import { type AutoscalerConfig } from '../config/config';
import { type ResolvedConfig, resolveConfig } from '../config/resolve';

const pods = z.number().int('must be a whole number').min(0, 'must be 0 or more').max(100_000, 'must be at most 100,000');
const percent = (low: number, high: number) => z.number().min(low, `must be ${low} to ${high}`).max(high, `must be ${low} to ${high}`);
const seconds = (low: number, high: number) => z.number().min(low, `must be ${low} to ${high} seconds`).max(high, `must be ${low} to ${high} seconds`);
const rate = z.number().gt(1, 'must be greater than 1');

/** What a what-if changes; a field that is absent stays as it is on the service. */
export const whatIfSettingsSchema = z.strictObject({
  class: z.enum(['kpa', 'mpa', 'hpa']).optional(),
  metric: z.enum(['concurrency', 'rps']).optional(),
  containerConcurrency: z.number().int('must be a whole number').min(0, 'must be 0 (no limit) to 1000').max(1000, 'must be 0 (no limit) to 1000').optional(),
  target: z.number().min(0.01, 'must be at least 0.01').optional(),
  targetUtilizationPercent: percent(1, 100).optional(),
  stableWindowSeconds: seconds(6, 3600).int('must be whole seconds').optional(),
  panicWindowPercent: percent(1, 100).optional(),
  panicThresholdPercent: percent(110, 1000).optional(),
  maxScaleUpRate: rate.optional(),
  maxScaleDownRate: rate.optional(),
  minScale: pods.optional(),
  /** 0: no bound. */
  maxScale: pods.optional(),
  initialScale: pods.optional(),
  activationScale: pods.min(2, 'must be at least 2').optional(),
  scaleDownDelaySeconds: seconds(0, 3600).int('must be whole seconds').optional(),
  scaleToZeroGraceSeconds: seconds(1, 3600).optional(),
  scaleToZeroRetentionSeconds: seconds(0, 3600).optional(),
  targetBurstCapacity: z.number().refine((value) => value >= 0 || value === -1, 'must be 0 or more, or -1 for unlimited').optional(),
  aggregation: z.enum(['linear', 'weighted-exponential']).optional(),
  /** How long each pod takes to be ready; absent: as observed. */
  podStartMs: z.number().min(0, 'must be 0 or more').max(3_600_000, 'must be at most an hour').optional(),
  pricePerPodHour: z.number().min(0, 'must be 0 or more').optional(),
}).refine((s) => !s.maxScale || s.minScale === undefined || s.minScale <= s.maxScale, { path: ['maxScale'], message: 'must not be less than minScale (0 is no bound)' });
export type WhatIfSettings = z.infer<typeof whatIfSettingsSchema>;
export type WhatIfField = keyof WhatIfSettings;

/** The service as it is configured now. */
export interface WhatIfBase {
  annotations: Readonly<Record<string, string>>;
  containerConcurrency: number;
  configMap?: Readonly<Record<string, string>>;
  mpaUtilization?: number;
}

const classNames = { kpa: kpaClass, mpa: mpaClass, hpa: hpaClass } as const;

/** The annotation, or the ConfigMap key, that a setting stands for. */
const places: Partial<Record<WhatIfField, { annotation: AnnotationName } | { configMap: string }>> = {
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
};

/** Annotations, limit and ConfigMap of `base` with `settings` put in: what a user would write to get them. */
export function withSettings(base: WhatIfBase, settings: WhatIfSettings): WhatIfBase {
  const annotations = { ...base.annotations };
  const configMap = { ...base.configMap };
  for (const field of Object.keys(places) as WhatIfField[]) {
    const place = places[field];
    const value = settings[field];
    if (!place || value === undefined) continue;
    const text = field === 'class' ? classNames[settings.class ?? 'kpa'] : field.endsWith('Seconds') ? `${value}s` : String(value);
    if ('configMap' in place) configMap[place.configMap] = text;
    else annotations[annotationKey(place.annotation)] = text;
  }
  return { ...base, annotations, configMap, containerConcurrency: settings.containerConcurrency ?? base.containerConcurrency };
}

/**
 * The configuration that `settings` make of `base`, with Knative's refusals in `problems`. An hpa on CPU is turned
 * into one on concurrency: of a pod's CPU nothing was recorded (`assumptions` says so).
 */
export function configureWhatIf(base: WhatIfBase, settings: WhatIfSettings): ResolvedConfig {
  const resolved = resolveConfig(withSettings(base, settings));
  const { config, assumptions } = hpaOnConcurrency(resolved.config);
  return { ...resolved, config, assumptions: [...resolved.assumptions, ...assumptions] };
}

function hpaOnConcurrency(config: AutoscalerConfig): { config: AutoscalerConfig; assumptions: string[] } {
  const metric = config.hpa?.metrics[0];
  if (!config.hpa || !metric || metric.name === 'concurrency' || metric.name === 'rps') return { config, assumptions: [] };
  const percent = metric.name === 'cpu' ? metric.quantity : 80;
  // Whole, as Knative cuts such a target to.
  const perPod = Math.max(1, Math.floor((config.containerConcurrency || 100) * (percent / 100)));
  return {
    config: { ...config, metric: 'concurrency', hpa: { ...config.hpa, metrics: [{ type: 'Pods', name: 'concurrency', target: 'AverageValue', quantity: perPod * 1000 }] } },
    assumptions: [`No ${metric.name} was recorded: a pod is taken to be at ${percent} % with ${perPod} requests in flight.`],
  };
}
