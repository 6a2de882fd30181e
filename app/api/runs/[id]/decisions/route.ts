import { getStore } from '@/lib/store/client';
import { readDecisions } from '@/lib/store/range';
import { findRun } from '@/lib/store/runs';
import { notFound } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

/** Every tick's decision of the run, with its inputs and the rule that bound it. */
export const GET = route<{ id: string }>(async (_request, { id }) => {
  const store = await getStore();
  if (!(await findRun(store, id))) throw notFound('run');
  return json({ decisions: await readDecisions(store, id) });
});
