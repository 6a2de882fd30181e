import { whatIfRequestSchema, whatIfResultSchema } from '@/lib/whatif/shapes';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  POST: {
    summary: 'Replay the run’s demand through another autoscaling configuration',
    body: whatIfRequestSchema,
    answers: { 200: whatIfResultSchema },
  },
};
