import { type Operations } from '../../_lib/operation';
import { bulkSchema, changedSchema } from '../bulk';

export const operations: Operations = {
  POST: {
    summary: 'Restore deleted runs. Answers with those that are back.',
    body: bulkSchema,
    answers: { 200: changedSchema },
  },
};
