import { distributionQuerySchema, distributionSchema } from '@/lib/timeline/distribution';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'How the requests’ times are distributed in a range of the run',
    query: distributionQuerySchema,
    answers: { 200: distributionSchema },
  },
};
