import { sweepFileRequestSchema } from '@/lib/whatif/shapes';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  POST: {
    summary: 'Replay a demand of one’s own through a grid of up to three settings',
    body: sweepFileRequestSchema,
    answers: {
      200: {
        mediaType: 'application/x-ndjson',
        description:
          'Lines: {"size"}, lots of {"points"} as they are replayed, {"done":true} or {"error"}. Closing the connection ends the sweep.',
      },
    },
  },
};
