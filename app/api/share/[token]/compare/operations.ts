import { comparisonSchema } from '@/lib/comparing/comparison';
import { type Operations } from '@/app/api/_lib/operation';
import { sharedCompareQuerySchema } from './shapes';

export const operations: Operations = {
  GET: {
    summary: 'The comparison of a share link, masked.',
    query: sharedCompareQuerySchema,
    answers: { 200: comparisonSchema },
  },
};
