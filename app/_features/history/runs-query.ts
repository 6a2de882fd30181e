import { z } from 'zod';
import { runSortSchema, type RunQuery } from '@/lib/model/run-query';
import { runStateSchema } from '@/lib/model/run';
import { verdictOutcomeSchema } from '@/lib/model/verdict';

const text = z
  .string()
  .trim()
  .max(200)
  .optional()
  .catch(undefined)
  .transform((value) => value || undefined);
const moment = z.coerce.number().int().nonnegative().optional().catch(undefined);

/** Spans that end now: a link to one means "the last week" also tomorrow. */
const sinceDays = { '1d': 1, '7d': 7, '30d': 30 } as const;
export const sinceSchema = z.enum(['1d', '7d', '30d']);

/** The list's filter, sort and page in the address; what is not valid there counts as not given. */
export const runsQuerySchema = z.object({
  page: z.coerce.number().int().min(1).catch(1),
  q: text,
  state: runStateSchema.optional().catch(undefined),
  verdict: verdictOutcomeSchema.optional().catch(undefined),
  service: text,
  script: text,
  tag: text,
  since: sinceSchema.optional().catch(undefined),
  /** Asked for in [fromMs, toMs), Unix ms. */
  fromMs: moment,
  toMs: moment,
  sort: runSortSchema.catch('createdAtMs'),
  order: z.enum(['asc', 'desc']).catch('desc'),
});
export type RunsQuery = z.infer<typeof runsQuerySchema>;
export type RunsSort = RunsQuery['sort'];

/** A query that filters nothing. */
export const noFilter = {
  q: undefined,
  state: undefined,
  verdict: undefined,
  service: undefined,
  script: undefined,
  tag: undefined,
  since: undefined,
  fromMs: undefined,
  toMs: undefined,
} satisfies Partial<RunsQuery>;

/** Whether the query leaves runs out. */
export function isFiltered(query: RunsQuery): boolean {
  return Object.keys(noFilter).some((key) => query[key as keyof typeof noFilter] !== undefined);
}

/** The query as the store takes it, with "the last days" counted from now. */
export function toListQuery({ since, ...query }: RunsQuery, pageSize: number): RunQuery {
  return { ...query, pageSize, ...(since ? { fromMs: Date.now() - sinceDays[since] * 86_400_000 } : {}) };
}
