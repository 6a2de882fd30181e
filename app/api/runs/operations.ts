import { startRunSchema } from '@/lib/model/run';
import { type Operations } from '@/app/api/_lib/operation';
import { listQuerySchema, runAnswerSchema, runsPageSchema } from './shapes';

export const operations: Operations = {
  GET: {
    summary: 'One page of runs by filter and sort; pinned ones first.',
    query: listQuerySchema,
    answers: { 200: runsPageSchema },
  },
  POST: {
    summary: 'Ask for a run; it starts at once or queues behind the service’s other runs.',
    body: startRunSchema,
    answers: { 201: runAnswerSchema },
  },
};
