import { type Operations } from '@/app/api/_lib/operation';
import { overviewQuerySchema } from '@/app/api/_lib/run-answers';

export const operations: Operations = {
  GET: {
    summary:
      'A run as its page draws it, in about `columns` columns: of all, or of a range on the run’s clock. No scale event is lost, and percentiles of merged columns are true.',
    query: overviewQuerySchema,
    answers: {
      200: {
        mediaType: 'application/json',
        description:
          'The run, its packed overview (lib/timeline/overview-encode.ts), its correlation and the cursor from which `/events` goes on.',
      },
    },
  },
};
