import { type Operations } from '../../_lib/operation';
import { applySchema, serviceAnswerSchema } from '../shapes';

export const operations: Operations = {
  POST: {
    summary: 'Apply a Knative Service’s YAML to the cluster and register the service.',
    body: applySchema,
    answers: { 200: serviceAnswerSchema },
  },
};
