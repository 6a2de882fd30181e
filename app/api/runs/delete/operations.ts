import { type Operations } from '../../_lib/operation';
import { bulkSchema, changedSchema } from '../bulk';

export const operations: Operations = {
  POST: {
    summary:
      'Delete runs that have ended; for an hour they can be restored. Answers with those that were deleted.',
    body: bulkSchema,
    answers: { 200: changedSchema },
  },
};
