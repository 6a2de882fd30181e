import { z } from 'zod';
import { apiTokenSchema } from '@/lib/store/identity-shapes';
import { type Operations } from '../../_lib/operation';

export const operations: Operations = {
  DELETE: { summary: 'Revoke an API token', answers: { 200: z.object({ token: apiTokenSchema }) } },
};
