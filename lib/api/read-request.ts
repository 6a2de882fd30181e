import { type z } from 'zod';
import { Problem, invalidInput } from '@/lib/model/problem';

/** The request's JSON body through a schema; a Problem that names each wrong field otherwise. */
export async function readBody<S extends z.ZodType>(
  request: Request,
  schema: S,
  maxCharacters = 2_000_000,
): Promise<z.output<S>> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new Problem('problems.not-json-type', {});
  }
  const text = await request.text();
  if (text.length > maxCharacters)
    throw new Problem('problems.body-too-large', { characters: maxCharacters });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('problems.body-not-json', {
      cause: error instanceof Error ? error.message : String(error),
    });
  }
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(result.error);
  return result.data;
}

/** The address's query through a schema; a Problem that names each wrong parameter otherwise. */
export function readQuery<S extends z.ZodType>(request: Request, schema: S): z.output<S> {
  const result = schema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!result.success) throw invalidInput(result.error);
  return result.data;
}
