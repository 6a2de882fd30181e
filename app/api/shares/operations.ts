import { newShareSchema } from '@/lib/model/share-link';
import { type Operations } from '@/app/api/_lib/operation';
import { shareAnswerSchema, sharesAnswerSchema, sharesQuerySchema } from './shapes';

export const operations: Operations = {
  GET: {
    summary: 'The share links that show a run, or a comparison of exactly these runs.',
    query: sharesQuerySchema,
    answers: { 200: sharesAnswerSchema },
  },
  POST: {
    summary: 'Makes a read-only link to one run or to a comparison; it needs no sign-in.',
    body: newShareSchema,
    answers: { 201: shareAnswerSchema },
  },
};
