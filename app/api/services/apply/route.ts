import { applyService } from '@/lib/runs/services';
import { getStore } from '@/lib/store/client';
import { json, readBody, route } from '../../_lib/route';
import { applySchema } from '../shapes';

/** Applies a Knative Service's YAML to the cluster and registers the service. */
export const POST = route(
  async (request) =>
    json({ service: await applyService(await getStore(), (await readBody(request, applySchema)).yaml) }),
  { audit: 'service.apply' },
);
