import { z } from 'zod';
import { serviceSchema } from '@/lib/timeline/run';
import { type Operations } from '../../_lib/operation';

export const applySchema = z.strictObject({ yaml: z.string().min(1, 'paste the YAML of a Knative Service').max(200_000) });

export const operations: Operations = {
  POST: { summary: 'Apply a Knative Service’s YAML to the cluster and register the service', body: applySchema, answers: { 200: z.object({ service: serviceSchema }) } },
};
