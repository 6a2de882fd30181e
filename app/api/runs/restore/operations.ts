import { type Operations } from '@/app/api/_lib/operation';
import { bulkSchema, changedSchema } from '@/app/api/runs/bulk';

export const operations: Operations = {
  POST: {
    summary: 'Restore deleted runs. Answers with those that are back.',
    body: bulkSchema,
    answers: { 200: changedSchema },
  },
};
