import { z } from 'zod';

const policySchema = z.object({
  type: z.enum(['Pods', 'Percent']),
  value: z.number().int().positive(),
  periodSeconds: z.number().int().positive(),
});
const rulesSchema = z.object({
  /** Null: the controller's own (0 s up, its downscale stabilisation down). */
  stabilizationWindowSeconds: z.number().int().nonnegative().nullable(),
  /** Null: the API's defaults. */
  policies: z.array(policySchema).nullable(),
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']),
  /** Fraction by which the ratio may miss 1 without a change; null: the controller's. */
  tolerance: z.number().nonnegative().nullable(),
});

/** One metric of a HorizontalPodAutoscaler: `quantity` is percent for `Utilization`, else thousandths (milli-units). */
export const hpaMetricSchema = z.object({
  type: z.enum(['Resource', 'Pods', 'External', 'Object']),
  name: z.string(),
  target: z.enum(['Utilization', 'AverageValue', 'Value']),
  quantity: z.number().int(),
});
export type HpaMetric = z.infer<typeof hpaMetricSchema>;

/** A HorizontalPodAutoscaler's spec (autoscaling/v2), after defaulting of `minReplicas` and of an empty metric list. */
export const hpaSpecSchema = z.object({
  minReplicas: z.number().int().nonnegative(),
  maxReplicas: z.number().int().positive(),
  metrics: z.array(hpaMetricSchema),
  /** Null: none was given, so the rules from before behaviors apply (spec, section 5). */
  behavior: z.object({ scaleUp: rulesSchema.nullable(), scaleDown: rulesSchema.nullable() }).nullable(),
});
export type HpaSpec = z.infer<typeof hpaSpecSchema>;
export type HpaPolicy = z.infer<typeof policySchema>;
export type HpaRules = z.infer<typeof rulesSchema>;

const milliMebibyte = 1000 * 2 ** 20;

/** A value of a metric as it is told: percent of the request, MiB of memory, or the metric's own unit. */
export function inHpaUnit({ type, name, target }: Omit<HpaMetric, 'quantity'>, value: number): number {
  if (target === 'Utilization') return value;
  return value / (type === 'Resource' && name === 'memory' ? milliMebibyte : 1000);
}

/** What the API server fills in where a behavior is given with parts missing (spec, section 5). */
export function defaultedRules(direction: 'up' | 'down', rules: HpaRules | null): HpaRules {
  const percent: HpaPolicy = { type: 'Percent', value: 100, periodSeconds: 15 };
  const policies: HpaPolicy[] =
    direction === 'up' ? [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent] : [percent];
  return {
    stabilizationWindowSeconds: rules?.stabilizationWindowSeconds ?? (direction === 'up' ? 0 : null),
    policies: rules?.policies ?? policies,
    selectPolicy: rules?.selectPolicy ?? 'Max',
    tolerance: rules?.tolerance ?? null,
  };
}
