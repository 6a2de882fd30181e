import { z } from 'zod';
import { runSchema } from '@/lib/model/run';
import { type Operations } from '@/app/api/_lib/operation';

export const stopSchema = z.strictObject({ mode: z.enum(['graceful', 'kill']).default('graceful') });

export const operations: Operations = {
  POST: {
    summary:
      'Stops a run: gracefully (k6’s teardown runs) or by killing k6; a queued run is taken from the queue.',
    body: stopSchema,
    answers: { 202: z.object({ run: runSchema }) },
  },
};
