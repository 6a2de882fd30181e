import { type z } from 'zod';

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
