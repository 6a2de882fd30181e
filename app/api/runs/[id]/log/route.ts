import { z } from 'zod';
import { getStore } from '@/lib/store/client';
import { readLog } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { notFound } from '../../../_lib/problem';
import { json, readQuery, route } from '../../../_lib/route';

const querySchema = z.object({ after: z.coerce.number().int().min(0).default(0) });

/** k6's log, in pages of 5,000 lines. */
export const GET = route<{ id: string }>(async (request, { id }) => {
  const { after } = readQuery(request, querySchema);
  const store = await getStore();
  if (!(await findRun(store, id))) throw notFound('run');
  return json({ lines: await readLog(store, id, after) });
});
