import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const encoder = new TextEncoder();
const gzipped = promisify(gzip);
const made = new WeakMap<object, { bytes: Uint8Array; gzip?: Promise<Uint8Array> }>();
/** Below it, what compressing saves is not worth its headers. */
const leastBytes = 1400;

/** The bytes of one object, made once however many it is sent to. */
export function bytesOnce<T extends object>(item: T, toText: (item: T) => string): Uint8Array {
  const known = made.get(item);
  if (known) return known.bytes;
  const bytes = encoder.encode(toText(item));
  made.set(item, { bytes });
  return bytes;
}

/** A value as JSON. What is sent again is neither written nor compressed again. */
export async function jsonResponse(
  value: unknown,
  asked: Headers,
  { status, headers }: { status: number; headers: Headers },
): Promise<Response> {
  if (typeof value !== 'object' || value === null) return Response.json(value, { status, headers });
  headers.set('content-type', 'application/json');
  const known = made.get(value);
  const bytes = bytesOnce(value, (given) => JSON.stringify(given));
  if (!known || bytes.byteLength < leastBytes || !/\bgzip\b/.test(asked.get('accept-encoding') ?? ''))
    return new Response(bytes as BodyInit, { status, headers });
  known.gzip ??= gzipped(bytes, { level: 4 });
  headers.set('content-encoding', 'gzip');
  headers.append('vary', 'accept-encoding');
  return new Response((await known.gzip) as BodyInit, { status, headers });
}
