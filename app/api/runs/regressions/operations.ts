import { regressionsQuerySchema, regressionsSchema } from '@/lib/model/trend';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'How runs stand against the baselines of their scripts and services.',
    query: regressionsQuerySchema,
    answers: { 200: regressionsSchema },
  },
};
