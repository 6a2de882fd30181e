import { type z } from 'zod';

/** What one method of a route takes and answers: `GET /api/openapi.json` is made from these. */
export interface Operation {
  summary: string;
  /** Query parameters: an object schema. */
  query?: z.ZodType;
  /** The JSON body. */
  body?: z.ZodType;
  /** By status: a schema for JSON, or a media type and a description for anything else. */
  answers: Record<number, z.ZodType | { mediaType: string; description: string }>;
}

/** The operations of one route, kept in an `operations.ts` beside its `route.ts`. */
export interface Operations {
  GET?: Operation;
  POST?: Operation;
  PUT?: Operation;
  PATCH?: Operation;
  DELETE?: Operation;
}
