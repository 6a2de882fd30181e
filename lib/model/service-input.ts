import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' });
const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a Kubernetes name: lower case letters, digits and -');

/** A service as it is registered or changed by hand. */
export const serviceInputSchema = z.strictObject({
  name,
  namespace: name.default('default'),
  gatewayUrl: httpUrl,
  host: z.string().min(1, 'the name by which the gateway routes').max(253),
  /** Absent: the pods that Knative makes for the service. */
  podSelector: z.string().max(500).optional(),
  containerConcurrency: z
    .number('a whole number, 0 for no limit')
    .int('a whole number, 0 for no limit')
    .min(0, '0 or more')
    .max(1000, 'at most 1000')
    .default(0),
  annotations: z.record(z.string(), z.string()).default({}),
  gatewayMetricsUrl: httpUrl.nullable().default(null),
  gatewayCluster: z.string().max(300).nullable().default(null),
});
export type ServiceInput = z.input<typeof serviceInputSchema>;
export const applyServiceSchema = z.strictObject({
  yaml: z.string().min(1, 'paste the YAML of a Knative Service').max(200_000),
});
