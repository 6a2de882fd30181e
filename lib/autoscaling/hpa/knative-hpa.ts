import { type Annotations } from '@/lib/autoscaling/config/annotations';
import { type HpaMetric, type HpaRules, type HpaSpec } from '@/lib/model/hpa-spec';

const maxInt32 = 2 ** 31 - 1;
const mebibyte = 1024 * 1024;

/** The HorizontalPodAutoscaler that Knative makes of an hpa-class revision (spec, section 5, last paragraph). */
export function knativeHpaSpec(input: {
  annotations: Annotations;
  metric: string;
  minScale: number;
  maxScale: number;
}): HpaSpec {
  const target = input.annotations.float('target');
  const windowMs = input.annotations.durationMs('window');
  const rules: HpaRules | null =
    windowMs === null
      ? null
      : {
          stabilizationWindowSeconds: Math.trunc(windowMs / 1000),
          policies: null,
          selectPolicy: 'Max',
          tolerance: null,
        };
  return {
    minReplicas: input.minScale > 0 ? input.minScale : 1,
    maxReplicas: input.maxScale === 0 ? maxInt32 : input.maxScale,
    // Without a metric the API server sets 80 % of the CPU request.
    metrics: [
      target === null
        ? { type: 'Resource', name: 'cpu', target: 'Utilization', quantity: 80 }
        : hpaMetric(input.metric, target),
    ],
    behavior: rules && { scaleUp: rules, scaleDown: rules },
  };
}

function hpaMetric(metric: string, target: number): HpaMetric {
  if (metric === 'cpu')
    return { type: 'Resource', name: 'cpu', target: 'Utilization', quantity: Math.ceil(target) };
  if (metric === 'memory')
    return {
      type: 'Resource',
      name: 'memory',
      target: 'AverageValue',
      quantity: Math.trunc(target) * mebibyte * 1000,
    };
  return { type: 'Pods', name: metric, target: 'AverageValue', quantity: Math.trunc(target) * 1000 };
}
