import { announceChange } from '@/lib/runs/changes';
import { getStore } from '@/lib/store/client';
import { restoreRuns } from '@/lib/store/deleted-runs';
import { json, readBody, route } from '@/app/api/_lib/route';
import { bulkSchema } from '@/app/api/runs/bulk';

/** Takes a deletion back. */
export const POST = route(
  async (request, _parameters, { note }) => {
    const { ids } = await readBody(request, bulkSchema);
    const restored = await restoreRuns(await getStore(), ids);
    restored.forEach((id) => announceChange(id));
    note({ target: restored.join(' ') });
    return json({ ids: restored });
  },
  { audit: 'run.restore' },
);
