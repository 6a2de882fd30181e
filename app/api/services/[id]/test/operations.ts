import { type Operations } from '../../../_lib/operation';
import { checksSchema } from '../../shapes';

export const operations: Operations = {
  POST: { summary: 'Test the connections that a run of this service needs.', answers: { 200: checksSchema } },
};
