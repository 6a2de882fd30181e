import { z } from 'zod';
import { userChangeSchema } from '@/lib/identity/schemas';
import { userSchema } from '@/lib/store/identity-shapes';
import { type Operations } from '../../_lib/operation';

export const operations: Operations = {
  PATCH: {
    summary: 'Change a user’s role, disable or enable them, set a new password',
    body: userChangeSchema,
    answers: { 200: z.object({ user: userSchema }) },
  },
};
