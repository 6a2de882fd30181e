import { compareRuns } from '@/lib/report/compare';
import { compareQuerySchema } from '@/lib/report/comparison';
import { getStore } from '@/lib/store/client';
import { notFound } from '../_lib/problem';
import { json, readQuery, route } from '../_lib/route';

/** Two to six runs side by side, each against the first or the one named as `base`. */
export const GET = route(async (request) => {
  const comparison = await compareRuns(await getStore(), readQuery(request, compareQuerySchema));
  if (!comparison) throw notFound('run');
  return json(comparison);
});
