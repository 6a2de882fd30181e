import { regressionsOf } from '@/lib/report/regressions';
import { regressionsQuerySchema } from '@/lib/report/trend-shape';
import { getStore } from '@/lib/store/client';
import { json, readQuery, route } from '../../_lib/route';

/** How runs stand against the baselines of their scripts and services. */
export const GET = route(async (request) =>
  json({
    regressions: await regressionsOf(await getStore(), readQuery(request, regressionsQuerySchema).ids),
  }),
);
