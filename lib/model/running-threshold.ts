import { z } from 'zod';
import { metricThresholdSchema, summaryMetricSchema } from './run';

/**
 * A threshold while its load goes on, by what is recorded so far. `between`: its value now, in k6's unit; none where
 * nothing of it was recorded yet. `ok` is null where the value is known too roughly to tell, and where there is none.
 */
export const runningThresholdSchema = metricThresholdSchema.extend({
  ...summaryMetricSchema.pick({ type: true, contains: true }).shape,
  /** Whether the load ends where it is crossed. */
  abortOnFail: z.boolean(),
  /** The load does not end before it has lasted longer than this; null: from its beginning on. */
  delayAbortMs: z.number().nullable(),
});
export type RunningThreshold = z.infer<typeof runningThresholdSchema>;
