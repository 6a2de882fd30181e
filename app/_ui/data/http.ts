import { z } from 'zod';
import { fallbackLocale, type Locale } from '@/lib/words/locale';
import { serverWordsIn } from '@/app/_ui/words/server-words';

// In a page an answer's schema is used once or twice: to make code for it takes longer than to read without.
if (typeof window !== 'undefined') z.config({ jitless: true });

const problemSchema = z.object({
  title: z.string(),
  status: z.number(),
  detail: z.string().default(''),
  errors: z
    .array(
      z.object({
        path: z.string(),
        message: z.string(),
        line: z.number().nullish(),
        column: z.number().nullish(),
      }),
    )
    .default([]),
});
export type FieldProblem = z.infer<typeof problemSchema>['errors'][number];

/** The error of a field, by the API's path; `tags.1` belongs to `tags`. */
export function errorAt(errors: readonly FieldProblem[], path: string): string | undefined {
  return errors.find((error) => error.path === path || error.path.startsWith(`${path}.`))?.message;
}

/** What the API refused (RFC 9457), or that it could not be reached (status 0) or understood (status -1). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldProblem[] = [],
  ) {
    super(detail || title);
  }
}

/** Any thrown thing as an ApiProblem. */
export function toProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem
    ? error
    : new ApiProblem(-1, '', error instanceof Error ? error.message : String(error));
}

/** GETs JSON of a known shape. Throws ApiProblem. */
export async function getJson<S extends z.ZodType>(
  path: string,
  schema: S,
  signal?: AbortSignal,
): Promise<z.infer<S>> {
  return request(path, schema, signal ? { signal } : {});
}

/** Sends a change and reads the answer; `z.null()` for one without a body. Throws ApiProblem. */
export async function sendJson<S extends z.ZodType>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown,
  schema: S,
  signal?: AbortSignal,
): Promise<z.infer<S>> {
  return request(path, schema, {
    method,
    ...(signal ? { signal } : {}),
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

/** An answer's problem details as an ApiProblem, in the page's language. */
export function problemOf(status: number, value: unknown): ApiProblem {
  const problem = problemSchema.safeParse(value);
  if (!problem.success) return new ApiProblem(status, `HTTP ${status}`, '');
  const words = (text: string): string => serverWordsIn(pageLocale(), text);
  const { title, detail, errors } = problem.data;
  return new ApiProblem(
    status,
    words(title),
    words(detail),
    errors.map((error) => ({ ...error, message: words(error.message) })),
  );
}

function pageLocale(): Locale {
  const lang = typeof document === 'undefined' ? null : document.documentElement.lang;
  return lang || fallbackLocale;
}

/** Sends a file's bytes as they are. Throws ApiProblem. */
export async function sendFile<S extends z.ZodType>(
  path: string,
  file: Blob,
  schema: S,
  signal: AbortSignal,
): Promise<z.infer<S>> {
  return request(path, schema, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
    signal,
  });
}

async function request<S extends z.ZodType>(path: string, schema: S, init: RequestInit): Promise<z.infer<S>> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(0, '', '');
  }
  const value: unknown = response.status === 204 ? null : await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, value);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ApiProblem(-1, '', parsed.error.issues[0]?.message ?? '');
  return parsed.data;
}
