import { k6MetricsSchema } from '@/lib/timeline/k6-metrics';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: { summary: 'The run’s k6 metrics over time, its tags and groups', answers: { 200: k6MetricsSchema } },
};
