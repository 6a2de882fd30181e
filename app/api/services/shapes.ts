import { z } from 'zod';
import { connectionCheckSchema } from '@/lib/model/connection-check';
import { serviceSchema } from '@/lib/model/run';

const httpUrl = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' });
const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a Kubernetes name: lower case letters, digits and -');

/** A service as it is registered or changed by hand. */
export const registerSchema = z.strictObject({
  name,
  namespace: name.default('default'),
  gatewayUrl: httpUrl,
  host: z.string().min(1, 'the name by which the gateway routes').max(253),
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

export const serviceAnswerSchema = z.object({ service: serviceSchema });
export const servicesSchema = z.object({ services: z.array(serviceSchema) });
export const discoveredSchema = z.object({ services: z.array(serviceSchema.omit({ id: true })) });
export const checksSchema = z.object({ checks: z.array(connectionCheckSchema) });
export const applySchema = z.strictObject({
  yaml: z.string().min(1, 'paste the YAML of a Knative Service').max(200_000),
});

/** The pods that Knative makes for a service. */
export function knativeSelector(service: string): string {
  return `serving.knative.dev/service=${service}`;
}
