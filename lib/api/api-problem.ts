/** What is wrong with one field, by its path in the body. */
export interface FieldProblem {
  path: string;
  message: string;
  line?: number | null;
  column?: number | null;
  /** Of `message`, for another language. */
  code?: string;
  data?: Record<string, unknown>;
}

/** What was refused as a code with its data (`messages/`); neither where it was no Scaletrace that refused. */
interface Coded {
  code?: string | undefined;
  data?: Record<string, unknown> | undefined;
}

/** What the API refused (RFC 9457), or that it could not be reached (status 0) or understood (status -1). */
export class ApiProblem extends Error {
  readonly code: string | undefined;
  readonly data: Record<string, unknown> | undefined;

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldProblem[] = [],
    options: ErrorOptions & Coded = {},
  ) {
    super(detail || title, options);
    this.code = options.code;
    this.data = options.data;
  }
}

/** The error of a field, by the API's path; `tags.1` belongs to `tags`. */
export function errorAt(errors: readonly FieldProblem[], path: string): string | undefined {
  return errors.find((error) => error.path === path || error.path.startsWith(`${path}.`))?.message;
}

/** What a proxy answers in the place of a dashboard that is gone. */
const proxyStatuses: readonly number[] = [502, 503, 504];
const titleWithout = (status: number): string => `HTTP ${status}`;

/** Whether no dashboard answered: its own refusals, of these statuses too, have a title. */
export function isGone({ status, title }: ApiProblem): boolean {
  return status === 0 || (proxyStatuses.includes(status) && title === titleWithout(status));
}

/** Any thrown thing as an ApiProblem. */
export function toProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem
    ? error
    : new ApiProblem(-1, '', error instanceof Error ? error.message : String(error));
}

/** A refused answer's problem details; an answer that has none keeps its status alone. */
export function problemOfAnswer(status: number, value: unknown): ApiProblem {
  const { title, detail, errors, code, data } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Record<string, unknown>;
  if (typeof title !== 'string') return new ApiProblem(status, titleWithout(status), '');
  return new ApiProblem(
    status,
    title,
    typeof detail === 'string' ? detail : '',
    Array.isArray(errors) ? (errors as FieldProblem[]) : [],
    typeof code === 'string' ? { code, data: data as Record<string, unknown> | undefined } : {},
  );
}
