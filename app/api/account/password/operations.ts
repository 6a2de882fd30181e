import { ownPasswordSchema } from '@/lib/identity/schemas';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  PUT: {
    summary: 'Change one’s own password; one’s other sessions end',
    body: ownPasswordSchema,
    answers: { 204: { mediaType: '', description: 'The password was changed.' } },
  },
};
