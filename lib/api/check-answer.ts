import { isDeepStrictEqual } from 'node:util';
import { type z } from 'zod';
import { variable } from '@/lib/environment/environment';

/** In tests and while developing: whoever runs Scaletrace does not pay for it. */
function checks(): boolean {
  return process.env.NODE_ENV !== 'production' || variable('SCALETRACE_CHECK_ANSWERS');
}

/**
 * Throws where what is answered is not what the contract says: a field that is wrong or missing, or one that the
 * contract does not know. Only in tests and development.
 */
export function checkAnswer(route: string, schema: z.ZodType, value: unknown): void {
  if (!checks()) return;
  const sent: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
  const parsed = schema.safeParse(sent);
  if (!parsed.success) throw new Error(`${route} answers against its contract: ${parsed.error.message}`);
  const unknown = differenceOf(parsed.data, sent);
  if (unknown !== null) throw new Error(`${route} answers what its contract does not know: ${unknown}`);
}

/** The items of a stream, each checked as `checkAnswer` does. */
export async function* checkedItems<T>(
  route: string,
  items: AsyncIterable<T>,
  schemaOf: (item: T) => z.ZodType | undefined,
  valueOf: (item: T) => unknown = (item) => item,
): AsyncGenerator<T> {
  for await (const item of items) {
    const schema = schemaOf(item);
    if (schema) checkAnswer(route, schema, valueOf(item));
    yield item;
  }
}

/** The path of the first field that two values do not share; null where they are the same. */
function differenceOf(a: unknown, b: unknown, path = ''): string | null {
  if (isDeepStrictEqual(a, b)) return null;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return path;
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const field of fields) {
    const found = differenceOf(
      (a as Record<string, unknown>)[field],
      (b as Record<string, unknown>)[field],
      `${path}/${field}`,
    );
    if (found !== null) return found;
  }
  return path;
}
