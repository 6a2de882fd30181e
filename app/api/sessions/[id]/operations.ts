import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  DELETE: {
    summary: 'End a session',
    answers: { 204: { mediaType: '', description: 'The session has ended.' } },
  },
};
