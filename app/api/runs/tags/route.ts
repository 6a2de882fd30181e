import { announceChange } from '@/lib/runs/changes';
import { getStore } from '@/lib/store/client';
import { listRunFacets } from '@/lib/store/run-list';
import { tagRuns } from '@/lib/store/runs';
import { json, readBody, route } from '@/app/api/_lib/route';
import { bulkTagsSchema } from '@/app/api/runs/bulk';

/** The tags in use, most used first. */
export const GET = route(async () => json({ tags: (await listRunFacets(await getStore())).tags }));

/** Adds tags to runs and takes others off. */
export const POST = route(
  async (request, _parameters, { note }) => {
    const { ids, add, remove } = await readBody(request, bulkTagsSchema);
    const changed = await tagRuns(await getStore(), ids, { add, remove });
    changed.forEach((id) => announceChange(id));
    note({ target: changed.join(' ') });
    return json({ ids: changed });
  },
  { audit: 'run.tag' },
);
