import { type Operations } from '@/app/api/_lib/operation';
import { retentionEffectSchema } from '@/app/api/settings/retention/shapes';

export const operations: Operations = {
  POST: {
    summary: 'Apply the saved retention now. Answers with how many runs were changed.',
    answers: { 200: retentionEffectSchema },
  },
};
