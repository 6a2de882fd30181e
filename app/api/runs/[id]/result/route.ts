import { resultOf } from '@/lib/report/result';
import { getStore } from '@/lib/store/client';
import { notFound } from '../../../_lib/problem';
import { json, route } from '../../../_lib/route';

/** The run's result for programs. */
export const GET = route<{ id: string }>(async (request, { id }) => {
  const result = await resultOf(await getStore(), id, new URL(request.url).origin);
  if (!result) throw notFound('run');
  return json(result);
});
