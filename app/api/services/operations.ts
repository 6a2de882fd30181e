import { z } from 'zod';
import { serviceSchema } from '@/lib/timeline/run';
import { type Operations } from '../_lib/operation';

const httpUrl = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' });
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a Kubernetes name: lower case letters, digits and -');
export const registerSchema = z.strictObject({
  name,
  namespace: name.default('default'),
  gatewayUrl: httpUrl,
  host: z.string().min(1).max(253),
  podSelector: z.string().max(500).optional(),
  containerConcurrency: z.number().int().min(0).max(1000).default(0),
  annotations: z.record(z.string(), z.string()).default({}),
  gatewayMetricsUrl: httpUrl.nullable().default(null),
  gatewayCluster: z.string().max(300).nullable().default(null),
});

export const operations: Operations = {
  GET: { summary: 'The services that may be loaded', answers: { 200: z.object({ services: z.array(serviceSchema) }) } },
  POST: { summary: 'Register a service by hand', body: registerSchema, answers: { 201: z.object({ service: serviceSchema }) } },
};
