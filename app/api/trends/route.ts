import { trendOf } from '@/lib/comparing/trend';
import { trendQuerySchema } from '@/lib/model/trend';
import { getStore } from '@/lib/store/client';
import { json, readQuery, route } from '@/app/api/_lib/route';

/** Figures over the runs of one script and service, each held against the baseline. */
export const GET = route(async (request) =>
  json(await trendOf(await getStore(), readQuery(request, trendQuerySchema))),
);
