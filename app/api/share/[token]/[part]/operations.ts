import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary:
      'What the page of a share link reads of its run: as `/api/runs/{id}/{part}`, with secrets masked. 410 once the link has ended.',
    answers: {
      200: {
        mediaType: 'application/json',
        description: 'The answer of that route; of `events`, Server-Sent Events.',
      },
    },
  },
};
