/** What is wrong with one field, by its path in the body. */
export interface FieldProblem {
  path: string;
  message: string;
  line?: number | null;
  column?: number | null;
}

/** What the API refused (RFC 9457), or that it could not be reached (status 0) or understood (status -1). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldProblem[] = [],
    options: ErrorOptions = {},
  ) {
    super(detail || title, options);
  }
}

/** The error of a field, by the API's path; `tags.1` belongs to `tags`. */
export function errorAt(errors: readonly FieldProblem[], path: string): string | undefined {
  return errors.find((error) => error.path === path || error.path.startsWith(`${path}.`))?.message;
}

/** Any thrown thing as an ApiProblem. */
export function toProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem
    ? error
    : new ApiProblem(-1, '', error instanceof Error ? error.message : String(error));
}

/** A refused answer's problem details; an answer that has none keeps its status alone. */
export function problemOfAnswer(status: number, value: unknown): ApiProblem {
  const { title, detail, errors } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (typeof title !== 'string') return new ApiProblem(status, `HTTP ${status}`, '');
  return new ApiProblem(
    status,
    title,
    typeof detail === 'string' ? detail : '',
    Array.isArray(errors) ? (errors as FieldProblem[]) : [],
  );
}
