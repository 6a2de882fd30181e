import { type Operations } from '@/app/api/_lib/operation';
import { bulkSchema, changedSchema } from '@/app/api/runs/bulk';

export const operations: Operations = {
  POST: {
    summary:
      'Delete runs that have ended; for an hour they can be restored. Answers with those that were deleted.',
    body: bulkSchema,
    answers: { 200: changedSchema },
  },
};
