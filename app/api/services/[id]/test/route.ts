import { testConnection } from '@/lib/runs/services';
import { getStore } from '@/lib/store/client';
import { findService } from '@/lib/store/services';
import { notFound } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

/** Tests the connections that a run of this service needs. */
export const POST = route<{ id: string }>(
  async (_request, { id }) => {
    const service = await findService(await getStore(), id);
    if (!service) throw notFound('service');
    return json({ checks: await testConnection(service) });
  },
  { audit: false },
);
