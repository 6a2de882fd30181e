import { z } from 'zod';
import { recordingSchema } from '@/lib/model/recording';
import { runSchema } from '@/lib/model/run';
import { type Operations } from '@/app/api/_lib/operation';

export const recordingQuerySchema = z.object({ detail: z.enum(['0', '1']).default('0') });

export const operations: Operations = {
  GET: {
    summary: 'Every point that a run has recorded; `detail=1`: also the metrics that no chart shows.',
    query: recordingQuerySchema,
    answers: { 200: z.object({ run: runSchema, recording: recordingSchema }) },
  },
};
