import { z } from 'zod';
import { type Operations } from '../../../_lib/operation';

const connectionCheckSchema = z.object({ name: z.enum(['gateway', 'host', 'pods', 'concurrency']), ok: z.boolean(), detail: z.string(), fix: z.string() });

export const operations: Operations = {
  POST: { summary: 'Test the connections that a run of this service needs', answers: { 200: z.object({ checks: z.array(connectionCheckSchema) }) } },
};
