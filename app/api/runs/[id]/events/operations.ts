import { z } from 'zod';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'What is new of a run that goes on, about once a second.',
    query: z.object({ cursor: z.string().optional() }),
    answers: {
      200: {
        mediaType: 'text/event-stream',
        description:
          'Server-Sent Events: `overview` (its id is the cursor to resume from), `run`, `log`, and `end` when the run has ended and all was sent.',
      },
    },
  },
};
