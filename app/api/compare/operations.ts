import { compareQuerySchema, comparisonSchema } from '@/lib/comparing/comparison';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'Two to six runs side by side, each against the reference, with what differs and how surely.',
    query: compareQuerySchema,
    answers: { 200: comparisonSchema },
  },
};
