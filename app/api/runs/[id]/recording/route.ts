import { z } from 'zod';
import { readRun } from '@/lib/runs/read';
import { getStore } from '@/lib/store/client';
import { notFound } from '../../../_lib/problem';
import { json, readQuery, route } from '../../../_lib/route';

const querySchema = z.object({ detail: z.enum(['0', '1']).default('0') });

/** All that the run has recorded, with the cursor to go on from by `/events`. */
export const GET = route<{ id: string }>(async (request, { id }) => {
  const { detail } = readQuery(request, querySchema);
  const page = await readRun(await getStore(), id, { detail: detail === '1' });
  if (!page) throw notFound('run');
  return json(page);
});
