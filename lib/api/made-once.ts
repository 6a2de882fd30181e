import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const encoder = new TextEncoder();
const made = new WeakMap<object, Uint8Array>();

/** The bytes of one object, made once however many it is sent to. */
export function bytesOnce<T extends object>(item: T, toText: (item: T) => string): Uint8Array {
  const known = made.get(item);
  if (known) return known;
  const bytes = encoder.encode(toText(item));
  made.set(item, bytes);
  return bytes;
}

const packed = new WeakMap<Uint8Array, Promise<Uint8Array>>();

/** Bytes packed by gzip, once however many they are sent to. */
export function gzipOnce(bytes: Uint8Array): Promise<Uint8Array> {
  const known = packed.get(bytes) ?? promisify(gzip)(bytes);
  packed.set(bytes, known);
  return known;
}

const sent = new WeakMap<Response, Uint8Array>();

/** The very bytes that an answer of `responseOnce` sends; undefined of any other. */
export function sentAs(answer: Response): Uint8Array | undefined {
  return sent.get(answer);
}

/** A value as JSON. What is sent again is not written again. */
export function jsonResponse(
  value: unknown,
  { status, headers }: { status: number; headers: Headers },
): Response {
  if (typeof value !== 'object' || value === null) return Response.json(value, { status, headers });
  headers.set('content-type', 'application/json');
  return responseOnce(value, (given) => JSON.stringify(given), { status, headers });
}

/** An answer of one object's bytes, which are made, and packed, once however many it is sent to. */
export function responseOnce<T extends object>(
  item: T,
  toText: (item: T) => string,
  init: { status: number; headers: Headers },
): Response {
  const bytes = bytesOnce(item, toText);
  const answer = new Response(bytes as BodyInit, init);
  sent.set(answer, bytes);
  return answer;
}
