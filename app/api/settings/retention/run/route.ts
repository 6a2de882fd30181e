import { runRetention } from '@/lib/runs/housekeeping';
import { getStore } from '@/lib/store/client';
import { json, route } from '@/app/api/_lib/route';

/** Applies the saved retention now. */
export const POST = route(
  async (_request, _parameters, { note }) => {
    const { thin, remove, kept } = await runRetention(await getStore());
    const effect = { thin: thin.length, remove: remove.length, kept };
    note({ target: 'retention', detail: effect });
    return json(effect);
  },
  { access: 'admin', audit: 'retention.run' },
);
