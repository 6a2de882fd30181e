import { getStore } from '@/lib/store/client';
import { readSetting, retentionSchema, writeSetting } from '@/lib/store/settings';
import { json, readBody, route } from '@/app/api/_lib/route';

/** What becomes of old runs. */
export const GET = route(async () => json({ retention: await readSetting(await getStore(), 'retention') }));

/** Sets it; it is applied daily, and when asked for. */
export const PUT = route(
  async (request, _parameters, { note }) => {
    const retention = await readBody(request, retentionSchema);
    await writeSetting(await getStore(), 'retention', retention, Date.now());
    note({ target: 'retention', detail: retention });
    return json({ retention });
  },
  { access: 'admin', audit: 'settings.change' },
);
