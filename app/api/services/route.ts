import { z } from 'zod';
import { getStore } from '@/lib/store/client';
import { listServices, saveService } from '@/lib/store/services';
import { json, readBody, route } from '../_lib/route';

const httpUrl = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' });
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a Kubernetes name: lower case letters, digits and -');
const registerSchema = z.strictObject({
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

export const GET = route(async () => json({ services: await listServices(await getStore()) }));

/** Registers a service by hand: from then on it may be loaded. */
export const POST = route(async (request) => {
  const { podSelector, ...service } = await readBody(request, registerSchema);
  return json({ service: await saveService(await getStore(), { ...service, podSelector: podSelector ?? `serving.knative.dev/service=${service.name}`, origin: 'manual' }, Date.now()) }, 201);
}, { audit: 'service.register' });
