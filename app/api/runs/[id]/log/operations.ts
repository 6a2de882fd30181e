import { z } from 'zod';
import { type Operations } from '@/app/api/_lib/operation';
import { logQuerySchema } from '@/app/api/_lib/run-answers';

export const operations: Operations = {
  GET: {
    summary: 'k6’s log after a line, at most 5,000 lines.',
    query: logQuerySchema,
    answers: {
      200: z.object({
        lines: z.array(z.object({ id: z.number(), atMs: z.number(), level: z.string(), text: z.string() })),
      }),
    },
  },
};
