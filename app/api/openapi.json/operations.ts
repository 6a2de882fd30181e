import { z } from 'zod';
import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'This document',
    answers: { 200: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }) },
  },
};
