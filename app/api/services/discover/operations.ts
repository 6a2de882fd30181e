import { z } from 'zod';
import { serviceSchema } from '@/lib/timeline/run';
import { type Operations } from '../../_lib/operation';

export const operations: Operations = {
  GET: { summary: 'The cluster’s Knative Services, as they would be registered', answers: { 200: z.object({ services: z.array(serviceSchema.omit({ id: true })) }) } },
};
