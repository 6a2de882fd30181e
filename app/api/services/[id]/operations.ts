import { type Operations } from '@/app/api/_lib/operation';
import { registerSchema, serviceAnswerSchema } from '@/app/api/services/shapes';

export const operations: Operations = {
  PUT: {
    summary: 'Change a registered service; its runs stay as they were.',
    body: registerSchema,
    answers: { 200: serviceAnswerSchema },
  },
  DELETE: {
    summary: 'Forget a service; its runs stay.',
    answers: { 204: { mediaType: 'text/plain', description: 'Forgotten.' } },
  },
};
