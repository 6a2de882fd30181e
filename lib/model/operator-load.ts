import { z } from 'zod';
import { code } from './message';

/** Most runners of one load. */
const mostRunners = 200;

const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, code('validation.kubernetes-name'));
/** A quantity of Kubernetes: `500m`, `2`, `1.5Gi`. */
const quantity = z.string().regex(/^\d+(\.\d+)?(m|k|[KMGT]i?)?$/, code('validation.quantity'));
/** A label's key and value (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/); a taint's are the like. */
const labelKey = z
  .string()
  .max(317)
  .regex(
    /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/,
    code('validation.label-key'),
  );
const labelValue = z
  .string()
  .regex(/^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/, code('validation.label-value'));
const amounts = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() });

const tolerationSchema = z.strictObject({
  key: labelKey.optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: labelValue.optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
});

/** The k6 that k6-operator starts where no other image is named: the one that this Scaletrace is tested with. */
export const usualRunnerImage = 'grafana/k6:1.8.1';

/** Where and how k6-operator runs a load's runners; what is left out is the cluster's or the operator's own default. */
export const operatorLoadSchema = z.strictObject({
  /** How many k6 processes share the load, each on its own pod. */
  runners: z.number().int().min(1).max(mostRunners).default(1),
  /** Of the TestRun and all that belongs to it; none: that of the kubeconfig's context, as kubectl has it. */
  namespace: label.optional(),
  image: z
    .string()
    .min(1)
    .max(500)
    .regex(/^[\w.:/@-]+$/, code('validation.image'))
    .default(usualRunnerImage),
  /** Of each runner, as a container's `resources`. */
  resources: z.strictObject({ requests: amounts.optional(), limits: amounts.optional() }).optional(),
  nodeSelector: z.record(labelKey, labelValue).optional(),
  tolerations: z.array(tolerationSchema).max(20).optional(),
});
export type OperatorLoad = z.infer<typeof operatorLoadSchema>;
