import { regressionsQuerySchema, regressionsSchema } from '@/lib/report/trend-shape';
import { type Operations } from '../../_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'How runs stand against the baselines of their scripts and services.',
    query: regressionsQuerySchema,
    answers: { 200: regressionsSchema },
  },
};
