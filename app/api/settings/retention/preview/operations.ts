import { retentionSchema } from '@/lib/store/settings';
import { type Operations } from '@/app/api/_lib/operation';
import { retentionEffectSchema } from '@/app/api/settings/retention/shapes';

export const operations: Operations = {
  POST: {
    summary: 'How many runs a retention would change now. Changes nothing.',
    body: retentionSchema,
    answers: { 200: retentionEffectSchema },
  },
};
