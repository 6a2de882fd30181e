import { type Operations } from '@/app/api/_lib/operation';
import { bulkTagsSchema, changedSchema, tagsInUseSchema } from '@/app/api/runs/bulk';

export const operations: Operations = {
  GET: { summary: 'The tags in use, most used first.', answers: { 200: tagsInUseSchema } },
  POST: {
    summary: 'Add tags to runs and take others off. Answers with the runs that exist.',
    body: bulkTagsSchema,
    answers: { 200: changedSchema },
  },
};
