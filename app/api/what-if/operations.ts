import { whatIfFileRequestSchema, whatIfResultSchema } from '@/lib/report/what-if-shapes';
import { type Operations } from '../_lib/operation';

export const operations: Operations = {
  POST: {
    summary: 'Replay a demand from a CSV or a Prometheus range query through a configuration',
    body: whatIfFileRequestSchema,
    answers: { 200: whatIfResultSchema },
  },
};
