import { type Operations } from '@/app/api/_lib/operation';
import { renameScriptSchema, savedScriptSchema, saveScriptSchema } from '@/app/api/scripts/shapes';

export const operations: Operations = {
  PUT: {
    summary: 'Save a script under its name, in place of an earlier one.',
    body: saveScriptSchema,
    answers: { 200: savedScriptSchema },
  },
  PATCH: {
    summary: 'Give a saved script another name.',
    body: renameScriptSchema,
    answers: { 200: savedScriptSchema },
  },
  DELETE: {
    summary: 'Delete a saved script; runs keep the text that they ran.',
    answers: { 204: { mediaType: 'text/plain', description: 'Deleted.' } },
  },
};
