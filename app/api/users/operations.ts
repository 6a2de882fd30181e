import { z } from 'zod';
import { newUserSchema } from '@/lib/identity/schemas';
import { userSchema } from '@/lib/model/identity';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: { summary: 'All users', answers: { 200: z.object({ users: z.array(userSchema) }) } },
  POST: { summary: 'Add a user', body: newUserSchema, answers: { 201: z.object({ user: userSchema }) } },
};
