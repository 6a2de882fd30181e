import { z } from 'zod';
import { type Operations } from '../_lib/operation';

const scriptSchema = z.object({
  name: z.string(),
  title: z.string(),
  question: z.string(),
  parameters: z.array(z.object({ name: z.string(), default: z.string(), description: z.string() })),
  body: z.string(),
  origin: z.enum(['shipped', 'saved']),
});

export const operations: Operations = {
  GET: { summary: 'The scripts that ship and those that were saved', answers: { 200: z.object({ scripts: z.array(scriptSchema) }) } },
};
