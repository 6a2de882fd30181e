import { getStore } from '@/lib/store/client';
import { listServices, saveService } from '@/lib/store/services';
import { json, readBody, route } from '../_lib/route';
import { registerSchema } from './operations';

export const GET = route(async () => json({ services: await listServices(await getStore()) }));

/** Registers a service by hand: from then on it may be loaded. */
export const POST = route(async (request) => {
  const { podSelector, ...service } = await readBody(request, registerSchema);
  return json({ service: await saveService(await getStore(), { ...service, podSelector: podSelector ?? `serving.knative.dev/service=${service.name}`, origin: 'manual' }, Date.now()) }, 201);
}, { audit: 'service.register' });
