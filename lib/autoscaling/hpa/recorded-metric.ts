import { type ResolvedConfig } from '@/lib/autoscaling/config/resolve';
import { message } from '@/lib/model/message';

/**
 * An hpa on a pod's CPU or memory turned into one on concurrency, since of those nothing is recorded: at the target a
 * pod is taken to have that share of its requests in flight. `assumptions` says so. Everything else stays as it is.
 */
export function onRecordedMetric(resolved: ResolvedConfig): ResolvedConfig {
  const { config } = resolved;
  const metric = config.hpa?.metrics[0];
  if (!config.hpa || !metric || metric.name === 'concurrency' || metric.name === 'rps') return resolved;
  const percent = metric.name === 'cpu' ? metric.quantity : 80;
  // Whole, as Knative cuts such a target to.
  const perPod = Math.max(1, Math.floor((config.containerConcurrency || 100) * (percent / 100)));
  return {
    ...resolved,
    config: {
      ...config,
      metric: 'concurrency',
      hpa: {
        ...config.hpa,
        metrics: [{ type: 'Pods', name: 'concurrency', target: 'AverageValue', quantity: perPod * 1000 }],
      },
    },
    assumptions: [
      ...resolved.assumptions,
      message('assumptions.metric-not-recorded', { metric: metric.name, percent, perPod }),
    ],
  };
}
