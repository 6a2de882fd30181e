import { type Operations } from '@/app/api/_lib/operation';
import { discoveredSchema } from '@/app/api/services/shapes';

export const operations: Operations = {
  GET: {
    summary: 'The cluster’s Knative Services, as they would be registered.',
    answers: { 200: discoveredSchema },
  },
};
