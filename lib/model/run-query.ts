import { z } from 'zod';
import { type RunState } from './run';
import { verdictOutcomeSchema, type VerdictOutcome } from './verdict';

/** What a list of runs can be sorted by. Kept apart from the queries: pages check addresses with it. */
export const runSortSchema = z.enum([
  'createdAtMs',
  'name',
  'state',
  'serviceName',
  'scriptName',
  'lengthMs',
  'requests',
  'requestsPerSecond',
  'failures',
  'p95Ms',
  'p99Ms',
  'peakReadyPods',
  'worstLagMs',
  'worstIncidentMs',
]);
export type RunSort = z.infer<typeof runSortSchema>;

export interface RunFilter {
  /** Free text: each word occurs in name, notes, service, script or a tag. */
  q?: string | undefined;
  state?: RunState | undefined;
  verdict?: VerdictOutcome | undefined;
  service?: string | undefined;
  script?: string | undefined;
  tag?: string | undefined;
  /** Asked for at or after, Unix ms. */
  fromMs?: number | undefined;
  /** Asked for before, Unix ms. */
  toMs?: number | undefined;
}

/** Of the runs that match a filter, whatever their verdict, how many have each; `unjudged`: ended, and not judged yet. */
export const verdictCountsSchema = z.object(
  Object.fromEntries(
    [...verdictOutcomeSchema.options, 'unjudged' as const].map((key) => [key, z.number().int()]),
  ) as Record<VerdictOutcome | 'unjudged', z.ZodNumber>,
);
export type VerdictCounts = z.infer<typeof verdictCountsSchema>;

export interface RunQuery extends RunFilter {
  page: number;
  pageSize: number;
  sort: RunSort;
  order: 'asc' | 'desc';
}
