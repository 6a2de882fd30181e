import { announceChange } from '@/lib/runs/changes';
import { getStore } from '@/lib/store/client';
import { deleteRuns } from '@/lib/store/deleted-runs';
import { json, readBody, route } from '@/app/api/_lib/route';
import { bulkSchema } from '@/app/api/runs/bulk';

/** Deletes runs that have ended; for an hour they can be restored. */
export const POST = route(
  async (request, _parameters, { note }) => {
    const { ids } = await readBody(request, bulkSchema);
    const deleted = await deleteRuns(await getStore(), ids, Date.now());
    deleted.forEach((id) => announceChange(id));
    note({ target: deleted.join(' ') });
    return json({ ids: deleted });
  },
  { audit: 'run.delete' },
);
