import { type Operations } from '@/app/api/_lib/operation';
import { serviceAnswerSchema } from '@/app/api/services/shapes';

export const operations: Operations = {
  POST: {
    summary: 'Read a registered service anew from the cluster.',
    answers: { 200: serviceAnswerSchema },
  },
};
