import { type z } from 'zod';
import { ImportRefused } from '@/lib/importing/refused';
import { Refused } from '@/lib/runs/refused';
import { DemandFileError } from '@/lib/whatif';
import { NoDemand } from '@/lib/whatif/recorded-demand';

/** One wrong field of a request, for the page to show beside its input. */
export interface FieldError {
  path: string;
  message: string;
  line?: number | undefined;
  column?: number | undefined;
}

/** An error to be answered as RFC 9457 problem details. `detail` says what to do. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[] = [],
    private readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }

  toResponse(): Response {
    const body = {
      type: 'about:blank',
      title: this.title,
      status: this.status,
      detail: this.detail,
      ...(this.errors.length > 0 ? { errors: this.errors } : {}),
    };
    return new Response(JSON.stringify(body), {
      status: this.status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...this.headers },
    });
  }
}

/** 400 with each field that a zod schema refused. */
export function invalidInput(error: z.ZodError): Problem {
  const errors = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const first = errors[0];
  return new Problem(
    400,
    'Invalid input',
    first ? `${first.path === '' ? 'The body' : first.path}: ${first.message}` : 'The input is not valid.',
    errors,
  );
}

/** 404 for a thing by its kind. */
export function notFound(what: string): Problem {
  return new Problem(404, 'Not found', `There is no such ${what}. It may have been deleted.`);
}

/** Whatever a handler threw, as a Problem; null for what nobody foresaw. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof Refused) return new Problem(error.status, error.title, error.message, error.errors);
  if (error instanceof NoDemand) return new Problem(409, 'Nothing to replay', error.message);
  if (error instanceof DemandFileError)
    return unreadable('The demand cannot be read', 'text', error.message, error.line);
  if (error instanceof ImportRefused)
    return unreadable('This file cannot be imported', 'file', error.message, error.line);
  return null;
}

function unreadable(title: string, path: string, message: string, line: number | null): Problem {
  return new Problem(422, title, message, [{ path, message, ...(line === null ? {} : { line }) }]);
}

/** The thing that was looked for. Throws 404 by its kind where there is none. */
export function found<T>(what: string, thing: T | null | undefined): T {
  if (thing === null || thing === undefined) throw notFound(what);
  return thing;
}
