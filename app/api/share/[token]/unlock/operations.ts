import { type Operations } from '@/app/api/_lib/operation';
import { unlockSchema } from './shapes';

export const operations: Operations = {
  POST: {
    summary: 'Gives the password of a share link.',
    body: unlockSchema,
    answers: { 204: { mediaType: 'text/plain', description: 'Cookies that open the link in this browser.' } },
  },
};
