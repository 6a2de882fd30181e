import { refreshService } from '@/lib/runs/services';
import { getStore } from '@/lib/store/client';
import { findService } from '@/lib/store/services';
import { notFound } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

/** Reads a registered service anew from the cluster. */
export const POST = route<{ id: string }>(
  async (_request, { id }) => {
    const store = await getStore();
    const service = await findService(store, id);
    if (!service) throw notFound('service');
    return json({ service: await refreshService(store, service) });
  },
  { audit: 'service.refresh' },
);
