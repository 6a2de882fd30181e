import { whatIfFileRequestSchema, whatIfResultSchema } from '@/lib/whatif/shapes';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  POST: {
    summary: 'Replay a demand from a CSV or a Prometheus range query through a configuration',
    body: whatIfFileRequestSchema,
    answers: { 200: whatIfResultSchema },
  },
};
