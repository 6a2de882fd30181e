import { type z } from 'zod';
import { limits } from '@/lib/model/limits';
import { message } from '@/lib/model/message';
import { Problem, invalidInput } from '@/lib/model/problem';

/** In UTF-8 at most. */
const bytesOfCharacter = 3;

/** The request's JSON body through a schema; a Problem that names each wrong field otherwise. */
export async function readBody<S extends z.ZodType>(
  request: Request,
  schema: S,
  maxCharacters: number = limits.request.characters,
): Promise<z.output<S>> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new Problem('problems.not-json-type', {});
  }
  const bytes = await readBytes(request, maxCharacters * bytesOfCharacter);
  const text = bytes && new TextDecoder().decode(bytes);
  if (text === null || text.length > maxCharacters)
    throw new Problem('problems.body-too-large', { characters: maxCharacters });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('problems.body-not-json', {
      cause: error instanceof Error ? error.message : String(error),
    });
  }
  if (text.includes('\\u0000')) refuseNul(value);
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(result.error);
  return result.data;
}

/** Throws a Problem where a text in a JSON value has a NUL: databases, programs and names of files end a text at it. */
function refuseNul(value: unknown): void {
  const open: [place: unknown, path: string][] = [[value, '']];
  for (let next = open.pop(); next; next = open.pop()) {
    const [place, path] = next;
    if (typeof place === 'string' ? place.includes('\0') : path.includes('\0')) {
      const error = message('validation.no-nul');
      const shown = path.replaceAll('\0', '');
      throw new Problem(
        'problems.invalid-field',
        { path: shown, error },
        { errors: [{ path: shown, said: error }] },
      );
    }
    if (typeof place === 'object' && place !== null)
      for (const [name, inner] of Object.entries(place))
        open.push([inner, path === '' ? name : `${path}.${name}`]);
  }
}

/** The address's query through a schema; a Problem that names each wrong parameter otherwise. */
export function readQuery<S extends z.ZodType>(request: Request, schema: S): z.output<S> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  refuseNul(query);
  const result = schema.safeParse(query);
  if (!result.success) throw invalidInput(result.error);
  return result.data;
}

/** The request's body; null where it is longer than `most` bytes, of which no more are held. */
export async function readBytes(request: Request, most: number): Promise<Uint8Array | null> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.byteLength;
    // Read to its end: Node fails outside of any handler when a request's body is given up.
    if (length <= most && announced <= most) parts.push(part);
    else parts.length = 0;
  }
  return length > most ? null : Buffer.concat(parts);
}
