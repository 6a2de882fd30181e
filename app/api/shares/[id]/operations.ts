import { type Operations } from '@/app/api/_lib/operation';
import { shareAnswerSchema } from '@/app/api/shares/shapes';

export const operations: Operations = {
  DELETE: { summary: 'Ends a share link at once.', answers: { 200: shareAnswerSchema } },
};
