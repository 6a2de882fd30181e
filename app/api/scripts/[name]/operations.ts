import { z } from 'zod';
import { type Operations } from '../../_lib/operation';

export const scriptBodySchema = z.strictObject({ body: z.string().min(1, 'a script is not empty').max(1_000_000) });

export const operations: Operations = {
  PUT: { summary: 'Save a script under its name', body: scriptBodySchema, answers: { 200: z.object({ script: z.object({ name: z.string(), body: z.string(), updatedAtMs: z.number() }) }) } },
  DELETE: { summary: 'Delete a saved script', answers: { 204: { mediaType: '', description: 'The script was deleted.' } } },
};
