import { importAnswerSchema, importRequestSchema } from '@/lib/importing/facts';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  POST: {
    summary:
      'Reads the output of hey (-o csv), k6 (--out json or csv, also packed by gzip) or Fortio (JSON), sent as the body, and with save=1 keeps it as a run.',
    query: importRequestSchema,
    answers: {
      200: importAnswerSchema,
      201: importAnswerSchema,
      422: {
        mediaType: 'application/problem+json',
        description: 'The file is of no known kind, or wrong at the line that is named.',
      },
    },
  },
};
