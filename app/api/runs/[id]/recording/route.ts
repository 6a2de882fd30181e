import { shownTo } from '@/lib/masking/shown-to';
import { readRun } from '@/lib/runs/read';
import { getStore } from '@/lib/store/client';
import { notFound } from '@/app/api/_lib/problem';
import { json, readQuery, route } from '@/app/api/_lib/route';
import { recordingQuerySchema } from './operations';

/** All that the run has recorded, point by point. */
export const GET = route<{ id: string }>(async (request, { id }, { caller }) => {
  const { detail } = readQuery(request, recordingQuerySchema);
  const page = await readRun(await getStore(), id, { detail: detail === '1' });
  if (!page) throw notFound('run');
  return json({ ...page, run: shownTo(caller.role, page.run).run });
});
