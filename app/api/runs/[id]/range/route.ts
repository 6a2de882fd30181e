import { readDistribution } from '@/lib/runs/read-distribution';
import { getStore } from '@/lib/store/client';
import { distributionQuerySchema } from '@/lib/timeline/distribution';
import { notFound } from '@/app/api/_lib/problem';
import { json, readQuery, route } from '@/app/api/_lib/route';

/** How the requests' times are distributed in a range of the run, merged from every recorded second. */
export const GET = route<{ id: string }>(async (request, { id }) => {
  const distribution = await readDistribution(
    await getStore(),
    id,
    readQuery(request, distributionQuerySchema),
  );
  if (!distribution) throw notFound('run');
  return json(distribution);
});
