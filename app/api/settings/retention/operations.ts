import { retentionSchema } from '@/lib/store/settings';
import { type Operations } from '@/app/api/_lib/operation';
import { retentionAnswerSchema } from './shapes';

export const operations: Operations = {
  GET: { summary: 'What becomes of old runs.', answers: { 200: retentionAnswerSchema } },
  PUT: {
    summary: 'Set what becomes of old runs; it is applied daily.',
    body: retentionSchema,
    answers: { 200: retentionAnswerSchema },
  },
};
