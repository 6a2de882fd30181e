import { z } from 'zod';
import { autoscalerConfigSchema, configProblemSchema } from '@/lib/autoscaling';
import { type Operations } from '../../../_lib/operation';

const resolvedSchema = z.object({
  config: autoscalerConfigSchema,
  problems: z.array(configProblemSchema),
  sources: z.record(z.string(), z.object({ kind: z.enum(['annotation', 'config-map', 'spec', 'setting', 'default']), key: z.string().nullable() })),
  assumptions: z.array(z.string()),
});

export const operations: Operations = {
  GET: { summary: 'The service’s effective autoscaling and where each value comes from', answers: { 200: resolvedSchema } },
};
