import { comparisonSchema } from '@/lib/report/comparison';
import { type Operations } from '../../../_lib/operation';
import { sharedCompareQuerySchema } from './shapes';

export const operations: Operations = {
  GET: {
    summary: 'The comparison of a share link, masked.',
    query: sharedCompareQuerySchema,
    answers: { 200: comparisonSchema },
  },
};
