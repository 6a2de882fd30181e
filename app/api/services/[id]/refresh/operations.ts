import { type Operations } from '../../../_lib/operation';
import { serviceAnswerSchema } from '../../shapes';

export const operations: Operations = {
  POST: {
    summary: 'Read a registered service anew from the cluster.',
    answers: { 200: serviceAnswerSchema },
  },
};
