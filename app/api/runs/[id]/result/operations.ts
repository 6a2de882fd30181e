import { runResultSchema } from '@/lib/runs/result';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary:
      'The run’s result for programs: figures, histogram, expected and observed scale events with their lags, thresholds, story',
    answers: { 200: runResultSchema },
  },
};
