import { z } from 'zod';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'Which k6 and which cluster are in use',
    answers: {
      200: z.object({
        k6: z.object({ version: z.string(), origin: z.string() }).nullable(),
        cluster: z.string().nullable(),
      }),
    },
  },
};
