import { z } from 'zod';
import { openApiDocument, type OpenApiDocument } from './openapi';
import { route, type AnyRoute } from './route';

/** The document of all routes: of these, and its own. */
export function documentOf(others: readonly AnyRoute[]) {
  const document = (): OpenApiDocument => openApiDocument([...others, own]);
  const own = route(
    'GET /api/openapi.json',
    {
      summary: 'This document',
      access: 'viewer',
      answers: { 200: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }) },
    },
    (): OpenApiDocument & Record<string, unknown> => ({ ...document() }),
  );
  return own;
}
