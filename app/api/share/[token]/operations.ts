import { z } from 'zod';
import { shareKindSchema } from '@/lib/model/share-link';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'Whether a share link is open to this reader. 410 once it has ended.',
    answers: { 200: z.object({ kind: shareKindSchema, expiresAtMs: z.number().nullable() }) },
  },
};
