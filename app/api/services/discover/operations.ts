import { type Operations } from '../../_lib/operation';
import { discoveredSchema } from '../shapes';

export const operations: Operations = {
  GET: {
    summary: 'The cluster’s Knative Services, as they would be registered.',
    answers: { 200: discoveredSchema },
  },
};
