import { type Operations } from '@/app/api/_lib/operation';
import { registerSchema, serviceAnswerSchema, servicesSchema } from './shapes';

export const operations: Operations = {
  GET: { summary: 'The registered services: only these can be loaded.', answers: { 200: servicesSchema } },
  POST: {
    summary: 'Register a service by hand, or change the one of the same namespace, name and gateway.',
    body: registerSchema,
    answers: { 201: serviceAnswerSchema },
  },
};
