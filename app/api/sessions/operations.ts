import { z } from 'zod';
import { sessionSchema } from '@/lib/model/identity';
import { type Operations } from '@/app/api/_lib/operation';

export const sessionsQuerySchema = z.object({ of: z.enum(['me', 'all']).default('me') });

export const operations: Operations = {
  GET: {
    summary: 'The sessions that have not ended: one’s own, or for an admin everybody’s',
    query: sessionsQuerySchema,
    answers: { 200: z.object({ sessions: z.array(sessionSchema), current: z.string().nullable() }) },
  },
};
