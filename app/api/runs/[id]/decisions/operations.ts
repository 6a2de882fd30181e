import { z } from 'zod';
import { decisionSchema } from '@/lib/model/recording';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'Every tick’s decision of the run, with its inputs and the rule that bound it',
    answers: { 200: z.object({ decisions: z.array(decisionSchema) }) },
  },
};
