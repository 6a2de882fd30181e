import { getStore } from '@/lib/store/client';
import { listServices, saveService } from '@/lib/store/services';
import { json, readBody, route } from '@/app/api/_lib/route';
import { knativeSelector, registerSchema } from './shapes';

export const GET = route(async () => json({ services: await listServices(await getStore()) }));

/** Registers a service by hand: from then on it may be loaded. */
export const POST = route(
  async (request) => {
    const { podSelector, ...service } = await readBody(request, registerSchema);
    return json(
      {
        service: await saveService(
          await getStore(),
          { ...service, podSelector: podSelector ?? knativeSelector(service.name), origin: 'manual' },
          Date.now(),
        ),
      },
      201,
    );
  },
  { audit: 'service.register' },
);
