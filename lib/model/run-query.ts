import { z } from 'zod';
import { type RunState } from './run';

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
]);
export type RunSort = z.infer<typeof runSortSchema>;

export interface RunFilter {
  /** Free text: each word occurs in name, notes, service, script or a tag. */
  q?: string | undefined;
  state?: RunState | undefined;
  service?: string | undefined;
  script?: string | undefined;
  tag?: string | undefined;
  /** Asked for at or after, Unix ms. */
  fromMs?: number | undefined;
  /** Asked for before, Unix ms. */
  toMs?: number | undefined;
}

export interface RunQuery extends RunFilter {
  page: number;
  pageSize: number;
  sort: RunSort;
  order: 'asc' | 'desc';
}
