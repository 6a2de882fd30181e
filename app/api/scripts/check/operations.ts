import { z } from 'zod';
import { type Operations } from '@/app/api/_lib/operation';
import { checkScriptSchema } from '@/app/api/scripts/shapes';

export const operations: Operations = {
  POST: {
    summary: 'Check a script with k6 inspect: its options, or its error at its line.',
    body: checkScriptSchema,
    answers: { 200: z.object({ ok: z.literal(true), options: z.record(z.string(), z.unknown()) }) },
  },
};
