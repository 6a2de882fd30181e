import { getStore } from '@/lib/store/client';
import { deleteService } from '@/lib/store/services';
import { notFound } from '../../_lib/problem';
import { route } from '../../_lib/route';

/** Forgets a service: it may no longer be loaded; its runs stay. */
export const DELETE = route<{ id: string }>(async (_request, { id }) => {
  if (!(await deleteService(await getStore(), id))) throw notFound('service');
  return new Response(null, { status: 204 });
}, { audit: 'service.forget' });
