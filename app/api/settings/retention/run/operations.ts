import { type Operations } from '../../../_lib/operation';
import { retentionEffectSchema } from '../shapes';

export const operations: Operations = {
  POST: {
    summary: 'Apply the saved retention now. Answers with how many runs were changed.',
    answers: { 200: retentionEffectSchema },
  },
};
