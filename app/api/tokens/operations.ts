import { z } from 'zod';
import { newTokenSchema } from '@/lib/identity/schemas';
import { apiTokenSchema } from '@/lib/model/identity';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'The API tokens: one’s own, or for an admin everybody’s',
    answers: { 200: z.object({ tokens: z.array(apiTokenSchema) }) },
  },
  POST: {
    summary: 'Make an API token; it is shown in this answer only',
    body: newTokenSchema,
    answers: { 201: z.object({ token: apiTokenSchema, secret: z.string() }) },
  },
};
