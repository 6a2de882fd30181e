import { z } from 'zod';
import { apiTokenSchema } from '@/lib/model/identity';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  DELETE: { summary: 'Revoke an API token', answers: { 200: z.object({ token: apiTokenSchema }) } },
};
