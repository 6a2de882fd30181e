import { runBaselineSchema } from '@/lib/model/trend';
import { type Operations } from '@/app/api/_lib/operation';

const none = { mediaType: 'application/json', description: 'Nothing; the run is the baseline no more.' };

export const operations: Operations = {
  GET: {
    summary: 'The baseline of the run’s script and service, and how the run stands against it',
    answers: { 200: runBaselineSchema },
  },
  PUT: {
    summary: 'Make the run the baseline of its script and service',
    answers: { 200: runBaselineSchema },
  },
  DELETE: { summary: 'Take the run back as baseline', answers: { 204: none } },
};
