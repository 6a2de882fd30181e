import { z } from 'zod';
import { auditEntrySchema } from '@/lib/store/audit';
import { type Operations } from '@/app/api/_lib/operation';

const text = z
  .string()
  .trim()
  .max(200)
  .transform((value) => value || undefined)
  .optional();
export const auditQuerySchema = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(50),
  actor: text,
  action: text,
  /** A part of target or detail. */
  q: text,
});

export const operations: Operations = {
  GET: {
    summary: 'Who did what, the newest first',
    query: auditQuerySchema,
    answers: {
      200: z.object({
        entries: z.array(auditEntrySchema),
        total: z.number(),
        page: z.number(),
        pageSize: z.number(),
        actors: z.array(z.string()),
        actions: z.array(z.string()),
      }),
    },
  },
};
