import { applyService } from '@/lib/runs/services';
import { getStore } from '@/lib/store/client';
import { json, readBody, route } from '@/app/api/_lib/route';
import { applySchema } from '@/app/api/services/shapes';

/** Applies a Knative Service's YAML to the cluster and registers the service. */
export const POST = route(
  async (request) =>
    json({ service: await applyService(await getStore(), (await readBody(request, applySchema)).yaml) }),
  { audit: 'service.apply' },
);
