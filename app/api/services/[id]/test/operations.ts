import { type Operations } from '@/app/api/_lib/operation';
import { checksSchema } from '@/app/api/services/shapes';

export const operations: Operations = {
  POST: { summary: 'Test the connections that a run of this service needs.', answers: { 200: checksSchema } },
};
