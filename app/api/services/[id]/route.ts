import { getStore } from '@/lib/store/client';
import { deleteService, findService, listServices, replaceService } from '@/lib/store/services';
import { notFound, Problem } from '@/app/api/_lib/problem';
import { json, readBody, route } from '@/app/api/_lib/route';
import { knativeSelector, registerSchema } from '@/app/api/services/shapes';

/** Changes a registered service; its runs stay as they were. */
export const PUT = route<{ id: string }>(
  async (request, { id }) => {
    const { podSelector, ...edit } = await readBody(request, registerSchema);
    const store = await getStore();
    const service = await findService(store, id);
    if (!service) throw notFound('service');
    const taken = (await listServices(store)).some(
      (other) =>
        other.id !== id &&
        other.namespace === edit.namespace &&
        other.name === edit.name &&
        other.gatewayUrl === edit.gatewayUrl,
    );
    if (taken)
      throw new Problem(409, 'Registered already', 'Another service has this namespace, name and gateway.', [
        { path: 'name', message: 'another service has this namespace, name and gateway' },
      ]);
    return json({
      service: await replaceService(
        store,
        { ...service, ...edit, podSelector: podSelector ?? knativeSelector(edit.name) },
        Date.now(),
      ),
    });
  },
  { audit: 'service.edit' },
);

/** Forgets a service: it may no longer be loaded; its runs stay. */
export const DELETE = route<{ id: string }>(
  async (_request, { id }) => {
    if (!(await deleteService(await getStore(), id))) throw notFound('service');
    return new Response(null, { status: 204 });
  },
  { audit: 'service.forget' },
);
