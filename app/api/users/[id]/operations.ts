import { z } from 'zod';
import { userChangeSchema } from '@/lib/identity/schemas';
import { userSchema } from '@/lib/model/identity';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  PATCH: {
    summary: 'Change a user’s role, disable or enable them, set a new password',
    body: userChangeSchema,
    answers: { 200: z.object({ user: userSchema }) },
  },
};
