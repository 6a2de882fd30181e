import { z } from 'zod';
import { roleSchema } from '@/lib/model/role';
import { signInSchema } from '@/lib/identity/schemas';
import { userSchema } from '@/lib/model/identity';
import { type Operations } from '@/app/api/_lib/operation';

export const whoSchema = z.object({
  signInRequired: z.boolean(),
  kind: z.enum(['local', 'user', 'token', 'nobody', 'refused']),
  name: z.string().nullable(),
  role: roleSchema.nullable(),
});

export const operations: Operations = {
  GET: { summary: 'Who asks, and whether sign-in is asked at all', answers: { 200: whoSchema } },
  POST: {
    summary: 'Sign in; the session is the answer’s cookie',
    body: signInSchema,
    answers: { 200: z.object({ user: userSchema }) },
  },
  DELETE: { summary: 'Sign out', answers: { 204: { mediaType: '', description: 'The session has ended.' } } },
};
