import { z } from 'zod';
import { type Operations } from '../../_lib/operation';

export const checkSchema = z.strictObject({ scriptName: z.string().min(1).max(200), scriptText: z.string().max(1_000_000), env: z.record(z.string(), z.string().max(4000)).default({}) });

export const operations: Operations = {
  POST: { summary: 'Check a script with k6 inspect: its options, or its error at its line', body: checkSchema, answers: { 200: z.object({ ok: z.literal(true), options: z.record(z.string(), z.unknown()) }) } },
};
