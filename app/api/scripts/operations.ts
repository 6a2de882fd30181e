import { type Operations } from '@/app/api/_lib/operation';
import { scriptsSchema } from './shapes';

export const operations: Operations = {
  GET: { summary: 'The scripts that ship and those that were saved.', answers: { 200: scriptsSchema } },
};
