import { type z } from 'zod';
import { type Role } from '@/lib/model/role';
import { type Caller } from '@/lib/identity/caller';
import { Refused } from '@/lib/runs/refused';
import { admit, whileAdmitted } from './admit';
import { actionOf, recordAudit, type AuditNote } from './audit';
import { invalidInput, Problem } from './problem';

type Parameters = Record<string, string>;

/**
 * Who may use a route once sign-in is set up. Absent: `viewer` for reading, `runner` for changing. `public` routes are
 * opened by a secret of their own (a share link, a run's ingest secret) or by none.
 */
export type Access = 'public' | Role;

/** What a handler is told of its request beside the path's parameters. */
export interface Call {
  /** Who asks; of a public route nobody is known. */
  caller: Caller;
  /** Adds to the request's audit entry: what was done to, or more about it. */
  note(note: AuditNote): void;
}

export interface RouteOptions {
  access?: Access;
  /**
   * How the audit list names what was done, such as `run.start`. Absent: method and path, for all that changes
   * something. False: nothing was changed worth a line.
   */
  audit?: string | false;
}

/** A handler as Next calls it, with its options for who looks at all of them. */
export type RouteHandler<P extends Parameters> = ((
  request: Request,
  context: { params: Promise<P> },
) => Promise<Response>) & {
  options: RouteOptions;
  /** Without the question who asks: for a share link, which opens it by a secret of its own. */
  handle: (request: Request, params: P, call: Call) => Promise<Response>;
};

/**
 * Wraps a route handler. The caller must have the role; what was changed goes to the audit list; what the handler throws
 * as a Problem is answered as RFC 9457; anything else is logged and answered as 500 without its inside.
 */
export function route<P extends Parameters = Parameters>(
  handler: (request: Request, params: P, call: Call) => Promise<Response>,
  options: RouteOptions = {},
): RouteHandler<P> {
  const wrapped = async (request: Request, context: { params: Promise<P> }): Promise<Response> => {
    try {
      const reads = request.method === 'GET' || request.method === 'HEAD';
      const access = options.access ?? (reads ? 'viewer' : 'runner');
      const caller: Caller =
        access === 'public' ? { kind: 'nobody', role: null } : await admit(request.headers, access);
      // Next gives none to a route without parameters.
      const params = ((await context.params) as P | undefined) ?? ({} as P);
      let note: AuditNote = {};
      const response = await handler(request, params, {
        caller,
        note: (more) => (note = { ...note, ...more, detail: { ...note.detail, ...more.detail } }),
      });
      const action = options.audit ?? (reads || access === 'public' ? false : actionOf(request, params));
      if (action !== false && response.ok && !note.skip)
        await recordAudit({ action, request, params, caller, response, note });
      const streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      return streams && access !== 'public' ? whileAdmitted(response, request.headers, access) : response;
    } catch (error) {
      if (error instanceof Problem) return error.toResponse();
      if (error instanceof Refused)
        return new Problem(error.status, error.title, error.message, error.errors).toResponse();
      console.error(`${request.method} ${new URL(request.url).pathname}`, error);
      return new Problem(
        500,
        'Internal error',
        'Scaletrace failed at this request; its own log has the reason.',
      ).toResponse();
    }
  };
  return Object.assign(wrapped, { options, handle: handler });
}

/** A JSON answer that no cache keeps. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

/** The request's JSON body through a schema; a Problem that names each wrong field otherwise. */
export async function readBody<S extends z.ZodType>(
  request: Request,
  schema: S,
  maxBytes = 2_000_000,
): Promise<z.infer<S>> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new Problem(415, 'Unsupported media type', 'Send the body as application/json.');
  }
  const text = await request.text();
  if (text.length > maxBytes)
    throw new Problem(413, 'Too large', `The body may have at most ${maxBytes} characters.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem(
      400,
      'Invalid input',
      `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
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
