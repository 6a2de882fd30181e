import { z } from 'zod';
import { autoscalerConfigSchema, configProblemSchema } from '@/lib/autoscaling';
import { type Operations } from '@/app/api/_lib/operation';

const sourceSchema = z.object({
  kind: z.enum(['annotation', 'config-map', 'spec', 'setting', 'default']),
  key: z.string().nullable(),
});
const effectiveSchema = z.object({
  config: autoscalerConfigSchema,
  problems: z.array(configProblemSchema),
  sources: z.record(z.string(), sourceSchema),
  assumptions: z.array(z.string()),
});

export const operations: Operations = {
  GET: {
    summary: 'The service’s autoscaling in force, and where each value comes from.',
    answers: { 200: effectiveSchema },
  },
};
