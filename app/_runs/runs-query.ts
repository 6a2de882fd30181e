import { z } from 'zod';
import { runSortSchema } from '@/lib/store/run-list';
import { runStateSchema } from '@/lib/timeline/run';

const text = z.string().trim().max(200).optional().catch(undefined).transform((value) => value || undefined);

/** The list's filter, sort and page in the address; what is not valid there counts as not given. */
export const runsQuerySchema = z.object({
  page: z.coerce.number().int().min(1).catch(1),
  q: text,
  state: runStateSchema.optional().catch(undefined),
  service: text,
  script: text,
  tag: text,
  sort: runSortSchema.catch('createdAtMs'),
  order: z.enum(['asc', 'desc']).catch('desc'),
});
export type RunsQuery = z.infer<typeof runsQuerySchema>;
export type RunsSort = RunsQuery['sort'];
