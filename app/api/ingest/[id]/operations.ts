import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  POST: {
    summary:
      'Prometheus remote write (snappy, protobuf) of one run’s k6, opened by that run’s own secret as a bearer token',
    answers: { 204: { mediaType: '', description: 'The push was taken.' } },
  },
};
