import { z } from 'zod';
import { UserError } from '@/lib/environment/user-error';

const problemSchema = z.object({ title: z.string(), detail: z.string().optional() });

/**
 * Calls the dashboard's API as the browser does; a problem answer becomes a UserError with its words. A reading is
 * tried again once: a kept connection may be closed by the server just then.
 */
export async function call<S extends z.ZodType>(url: string, schema: S, body?: unknown): Promise<z.infer<S>> {
  const response =
    body === undefined
      ? await fetch(url).catch(() => fetch(url))
      : await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
  const answer: unknown = await response.json();
  if (!response.ok) {
    const problem = problemSchema.safeParse(answer);
    throw new UserError(
      problem.success ? (problem.data.detail ?? problem.data.title) : `${url} answered ${response.status}.`,
    );
  }
  return schema.parse(answer);
}
