import { type Operations } from '@/app/api/_lib/operation';
import { editRunSchema, runAnswerSchema } from '@/app/api/runs/shapes';

export const operations: Operations = {
  GET: {
    summary: 'A run: its state, settings, figures and k6’s summary.',
    answers: { 200: runAnswerSchema },
  },
  PATCH: {
    summary: 'Change name, notes, pin or tags.',
    body: editRunSchema,
    answers: { 200: runAnswerSchema },
  },
  DELETE: {
    summary: 'Delete a run that has ended; for an hour it can be restored.',
    answers: { 204: { mediaType: 'text/plain', description: 'Deleted.' } },
  },
};
