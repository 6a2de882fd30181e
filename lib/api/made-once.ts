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

/**
 * A value as JSON. What is sent again is not written again. Next compresses it: it drops a route's own
 * `content-encoding`, so that what was compressed here would reach readers compressed twice.
 */
export function jsonResponse(
  value: unknown,
  { status, headers }: { status: number; headers: Headers },
): Response {
  if (typeof value !== 'object' || value === null) return Response.json(value, { status, headers });
  headers.set('content-type', 'application/json');
  const bytes = bytesOnce(value, (given) => JSON.stringify(given));
  return new Response(bytes as BodyInit, { status, headers });
}
