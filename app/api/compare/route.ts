import { compareRuns } from '@/lib/comparing/compare';
import { compareQuerySchema } from '@/lib/comparing/comparison';
import { getStore } from '@/lib/store/client';
import { notFound } from '@/app/api/_lib/problem';
import { json, readQuery, route } from '@/app/api/_lib/route';

/** Two to six runs side by side, each against the first or the one named as `base`. */
export const GET = route(async (request) => {
  const comparison = await compareRuns(await getStore(), readQuery(request, compareQuerySchema));
  if (!comparison) throw notFound('run');
  return json(comparison);
});
