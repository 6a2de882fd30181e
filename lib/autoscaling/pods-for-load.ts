import { type AutoscalerConfig, podTargetOf } from '@/lib/model/autoscaler-config';

/**
 * Pods that a load is scaled to once it has lasted, were there no max-scale: `load` in the unit of the configuration's
 * metric (requests in flight, or a second), summed over all pods (spec, sections 3 to 5). Of an HPA from scratch: within
 * its tolerance it leaves what is there.
 */
export function podsForLoad(config: AutoscalerConfig, load: number): number {
  const wanted = Math.ceil(load / podTargetOf(config).target);
  if (config.hpa) return Math.max(wanted, config.hpa.minReplicas);
  const activated = wanted > 0 ? Math.max(wanted, config.activationScale) : wanted;
  const least = config.enableScaleToZero ? config.minScale : Math.max(1, config.minScale);
  return Math.max(activated, least);
}

/** The most pods that are allowed; null: no bound. */
export function mostPods({ hpa, maxScale }: AutoscalerConfig): number | null {
  if (hpa) return hpa.maxReplicas;
  return maxScale === 0 ? null : maxScale;
}
