import { shownTo } from '@/lib/masking/shown-to';
import { announceChange } from '@/lib/runs/changes';
import { getStore } from '@/lib/store/client';
import { deleteRuns } from '@/lib/store/deleted-runs';
import { hasEnded } from '@/lib/model/life';
import { editRun, findRun } from '@/lib/store/runs';
import { notFound, Problem } from '@/app/api/_lib/problem';
import { json, readBody, route } from '@/app/api/_lib/route';
import { editRunSchema } from '@/app/api/runs/shapes';

type Parameters = { id: string };

export const GET = route<Parameters>(async (_request, { id }, { caller }) => {
  const run = await findRun(await getStore(), id);
  if (!run) throw notFound('run');
  return json({ run: shownTo(caller.role, run).run });
});

/** Changes what a user may change: name, notes, pin, tags. */
export const PATCH = route<Parameters>(
  async (request, { id }) => {
    const run = await editRun(await getStore(), id, await readBody(request, editRunSchema));
    if (!run) throw notFound('run');
    announceChange(id);
    return json({ run });
  },
  { audit: 'run.edit' },
);

/** Deletes a run that has ended; for an hour it can be restored. */
export const DELETE = route<Parameters>(
  async (_request, { id }, { note }) => {
    const store = await getStore();
    const run = await findRun(store, id);
    if (!run) throw notFound('run');
    if (!hasEnded(run.state))
      throw new Problem(409, 'Run is under way', 'Stop the run before you delete it.');
    await deleteRuns(store, [id], Date.now());
    announceChange(id);
    note({ detail: { name: run.name } });
    return new Response(null, { status: 204 });
  },
  { audit: 'run.delete' },
);
