import { regressionsOf } from '@/lib/comparing/regressions';
import { regressionsQuerySchema } from '@/lib/model/trend';
import { getStore } from '@/lib/store/client';
import { json, readQuery, route } from '@/app/api/_lib/route';

/** How runs stand against the baselines of their scripts and services. */
export const GET = route(async (request) =>
  json({
    regressions: await regressionsOf(await getStore(), readQuery(request, regressionsQuerySchema).ids),
  }),
);
