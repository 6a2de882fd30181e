import { readK6Metrics } from '@/lib/runs/read-distribution';
import { getStore } from '@/lib/store/client';
import { notFound } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

/** What k6 recorded of the run's metrics over time, its tags and groups. */
export const GET = route<{ id: string }>(async (_request, { id }) => {
  const metrics = await readK6Metrics(await getStore(), id);
  if (!metrics) throw notFound('run');
  return json(metrics);
});
