import { trendQuerySchema, trendSchema } from '@/lib/model/trend';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary:
      'Figures over the runs of one script and service, with the baseline and each run’s regression test',
    query: trendQuerySchema,
    answers: { 200: trendSchema },
  },
};
