import { z } from 'zod';

const objectSchema = z.record(z.string(), z.unknown());
type JsonObject = z.infer<typeof objectSchema>;

/** Where `kubectl apply` keeps what was applied last, so that both may apply in turn. */
export const appliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

const currentSchema = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).nullish() }),
});

/**
 * What `kubectl apply` sends for a custom resource: the object itself if there is none yet, else a merge patch
 * (RFC 7386) that sets what is applied and removes what the last apply set and this one does not.
 */
export function applyPatch(
  current: unknown,
  applied: JsonObject & { metadata: JsonObject },
): { object: JsonObject; patch: JsonObject } {
  const text = `${JSON.stringify(applied)}\n`;
  const own = objectSchema.catch({}).parse(applied.metadata.annotations);
  const object = {
    ...applied,
    metadata: { ...applied.metadata, annotations: { ...own, [appliedAnnotation]: text } },
  };
  const last = currentSchema.safeParse(current).data?.metadata.annotations?.[appliedAnnotation];
  return { object, patch: withRemovals(lastApplied(last), object) };
}

function withRemovals(last: JsonObject, next: JsonObject): JsonObject {
  const patch: JsonObject = { ...next };
  for (const [key, old] of Object.entries(last)) {
    if (!(key in next)) patch[key] = null;
    else if (isObject(old) && isObject(next[key])) patch[key] = withRemovals(old, next[key]);
  }
  return patch;
}

function lastApplied(text: string | undefined): JsonObject {
  try {
    return objectSchema.catch({}).parse(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
