import { resultOf } from '@/lib/runs/result';
import { getStore } from '@/lib/store/client';
import { notFound } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

/** The run's result for programs. */
export const GET = route<{ id: string }>(async (request, { id }) => {
  const result = await resultOf(
    await getStore(),
    id,
    `http://${request.headers.get('host') ?? new URL(request.url).host}`,
  );
  if (!result) throw notFound('run');
  return json(result);
});
