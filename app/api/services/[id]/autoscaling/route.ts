import { autoscalingOf } from '@/lib/runs/services';
import { getStore } from '@/lib/store/client';
import { findService } from '@/lib/store/services';
import { notFound } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

/** The service's effective autoscaling and where each value comes from. */
export const GET = route<{ id: string }>(async (_request, { id }) => {
  const service = await findService(await getStore(), id);
  if (!service) throw notFound('service');
  return json(await autoscalingOf(service));
});
