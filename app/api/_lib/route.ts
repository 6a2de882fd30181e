import { type z } from 'zod';
import { Refused } from '@/lib/runs/refused';
import { invalidInput, Problem } from './problem';

type Parameters = Record<string, string>;

/**
 * Who may use a route once sign-in is set up. Absent: `viewer` for reading, `runner` for changing. `public` routes are
 * opened by a secret of their own (a share link, a run's ingest secret).
 */
export type Access = 'public' | 'viewer' | 'runner' | 'admin';

/**
 * Wraps a route handler: what it throws as a Problem is answered as RFC 9457; anything else is logged and answered as
 * 500 without its inside.
 */
export function route<P extends Parameters = Parameters>(
  handler: (request: Request, params: P) => Promise<Response>,
  _options: { access?: Access } = {},
): (request: Request, context: { params: Promise<P> }) => Promise<Response> {
  return async (request, context) => {
    try {
      return await handler(request, await context.params);
    } catch (error) {
      if (error instanceof Problem) return error.toResponse();
      if (error instanceof Refused) return new Problem(error.status, error.title, error.message, error.errors).toResponse();
      console.error(`${request.method} ${new URL(request.url).pathname}`, error);
      return new Problem(500, 'Internal error', 'Scaletrace failed at this request; its own log has the reason.').toResponse();
    }
  };
}

/** A JSON answer that no cache keeps. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

/** The request's JSON body through a schema; a Problem that names each wrong field otherwise. */
export async function readBody<S extends z.ZodType>(request: Request, schema: S, maxBytes = 2_000_000): Promise<z.infer<S>> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new Problem(415, 'Unsupported media type', 'Send the body as application/json.');
  }
  const text = await request.text();
  if (text.length > maxBytes) throw new Problem(413, 'Too large', `The body may have at most ${maxBytes} characters.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem(400, 'Invalid input', `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(result.error);
  return result.data;
}

/** The address's query through a schema; a Problem that names each wrong parameter otherwise. */
export function readQuery<S extends z.ZodType>(request: Request, schema: S): z.infer<S> {
  const result = schema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!result.success) throw invalidInput(result.error);
  return result.data;
}
