import { z } from 'zod';
import { runSortSchema } from '@/lib/model/run-query';
import { runListItemSchema, runSchema, runStateSchema } from '@/lib/model/run';
import { tagSchema } from './bulk';

const text = z
  .string()
  .trim()
  .max(200)
  .transform((value) => value || undefined)
  .optional();

/** The list's filter, sort and page. */
export const listQuerySchema = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(25),
  q: text.describe('Free text: each word occurs in name, notes, service, script or a tag.'),
  state: z.preprocess((value) => value || undefined, runStateSchema.optional()),
  service: text,
  script: text,
  tag: text,
  fromMs: z.coerce.number().optional().describe('Asked for at or after, Unix ms.'),
  toMs: z.coerce.number().optional().describe('Asked for before, Unix ms.'),
  sort: runSortSchema.default('createdAtMs'),
  order: z.enum(['asc', 'desc']).default('desc'),
});
export const runsPageSchema = z.object({
  runs: z.array(runListItemSchema),
  total: z.number().int(),
  page: z.number().int(),
  pageSize: z.number().int(),
});

export const runAnswerSchema = z.object({ run: runSchema });

/** What a user may change of a run. */
export const editRunSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'a name has at least one character')
    .max(200, 'a name has at most 200 characters')
    .optional(),
  notes: z.string().max(20_000, 'notes have at most 20,000 characters').optional(),
  pinned: z.boolean().optional(),
  tags: z.array(tagSchema).max(20, 'a run has at most 20 tags').optional(),
});
