import { planRetention } from '@/lib/runs/retention';
import { getStore } from '@/lib/store/client';
import { retentionSchema } from '@/lib/store/settings';
import { json, readBody, route } from '@/app/api/_lib/route';

/** How many runs a retention would change now. Changes nothing. */
export const POST = route(
  async (request) => {
    const { thin, remove, kept } = await planRetention(
      await getStore(),
      await readBody(request, retentionSchema),
      Date.now(),
    );
    return json({ thin: thin.length, remove: remove.length, kept });
  },
  { access: 'viewer', audit: false },
);
