import { z } from 'zod';
import { packedCorrelationSchema } from '@/lib/timeline/correlation-encode';
import { packedOverviewSchema } from '@/lib/timeline/overview-encode';
import { runSchema } from '@/lib/timeline/run';
import { type Operations } from '../../../_lib/operation';
import { overviewQuerySchema } from '../../../_lib/run-answers';

export const operations: Operations = {
  GET: {
    summary: 'A run as its page draws it, in about `columns` columns: of all, or of (fromMs, toMs] on the run’s clock. No scale event is lost, and percentiles of merged columns are true.',
    query: overviewQuerySchema,
    answers: { 200: z.object({ run: runSchema, overview: packedOverviewSchema, correlation: packedCorrelationSchema.nullable(), cursor: z.string() }) },
  },
};
