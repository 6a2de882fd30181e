import { trendOf } from '@/lib/report/trend';
import { trendQuerySchema } from '@/lib/report/trend-shape';
import { getStore } from '@/lib/store/client';
import { json, readQuery, route } from '../_lib/route';

/** Figures over the runs of one script and service, each held against the baseline. */
export const GET = route(async (request) =>
  json(await trendOf(await getStore(), readQuery(request, trendQuerySchema))),
);
