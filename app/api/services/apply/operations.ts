import { type Operations } from '@/app/api/_lib/operation';
import { applySchema, serviceAnswerSchema } from '@/app/api/services/shapes';

export const operations: Operations = {
  POST: {
    summary: 'Apply a Knative Service’s YAML to the cluster and register the service.',
    body: applySchema,
    answers: { 200: serviceAnswerSchema },
  },
};
