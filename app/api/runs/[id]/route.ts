import { z } from 'zod';
import { announceChange } from '@/lib/runs/changes';
import { getStore } from '@/lib/store/client';
import { deleteRuns } from '@/lib/store/deleted-runs';
import { editRun, findRun, hasEnded } from '@/lib/store/runs';
import { notFound, Problem } from '../../_lib/problem';
import { json, readBody, route } from '../../_lib/route';

type Parameters = { id: string };

export const GET = route<Parameters>(async (_request, { id }) => {
  const run = await findRun(await getStore(), id);
  if (!run) throw notFound('run');
  return json({ run });
});

const editSchema = z.strictObject({
  name: z.string().trim().min(1, 'a name has at least one character').max(200).optional(),
  notes: z.string().max(20_000).optional(),
  pinned: z.boolean().optional(),
  tags: z.array(z.string().trim().min(1).max(50)).max(20).optional(),
});

/** Changes what a user may change: name, notes, pin, tags. */
export const PATCH = route<Parameters>(async (request, { id }) => {
  const run = await editRun(await getStore(), id, await readBody(request, editSchema));
  if (!run) throw notFound('run');
  announceChange(id);
  return json({ run });
}, { audit: 'run.edit' });

/** Deletes a run that has ended; for an hour it can be restored. */
export const DELETE = route<Parameters>(async (_request, { id }, { note }) => {
  const store = await getStore();
  const run = await findRun(store, id);
  if (!run) throw notFound('run');
  if (!hasEnded(run.state)) throw new Problem(409, 'Run is under way', 'Stop the run before you delete it.');
  await deleteRuns(store, [id], Date.now());
  note({ detail: { name: run.name } });
  return new Response(null, { status: 204 });
}, { audit: 'run.delete' });
