import { type Operations } from '../../_lib/operation';
import { shareAnswerSchema } from '../shapes';

export const operations: Operations = {
  DELETE: { summary: 'Ends a share link at once.', answers: { 200: shareAnswerSchema } },
};
