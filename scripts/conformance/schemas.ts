import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const kindSchema = z.object({ group: z.string(), version: z.string(), kind: z.string() });
/** What the API server tells of all its kinds (OpenAPI v2), as far as it is looked at here. */
const documentSchema = z.looseObject({
  definitions: z.record(
    z.string(),
    z.looseObject({ 'x-kubernetes-group-version-kind': z.array(kindSchema).optional() }),
  ),
});

/** Where kubeconform finds a kind's schema in the folder that `writeSchemas` has filled. */
export const schemaLocation = (folder: string): string =>
  join(folder, '{{.ResourceKind}}{{.KindSuffix}}.json');

/**
 * Writes JSON schemas for kubeconform out of an API server's own OpenAPI document (`/openapi/v2`), since Kubernetes' published
 * ones lie where tests do not reach. As its strict ones, they take no field that Kubernetes does not know.
 */
export function writeSchemas(folder: string, document: unknown): void {
  mkdirSync(folder, { recursive: true });
  const { definitions } = documentSchema.parse(document);
  writeFileSync(join(folder, '_definitions.json'), JSON.stringify({ definitions: strict(definitions) }));
  for (const [name, { 'x-kubernetes-group-version-kind': kinds = [] }] of Object.entries(definitions))
    for (const { group, version, kind } of kinds) {
      // kubeconform's KindSuffix: of a group the part before its first dot.
      const parts = [kind, ...(group === '' ? [] : [group.split('.')[0]!]), version];
      const $ref = `_definitions.json#/definitions/${name}`;
      writeFileSync(join(folder, `${parts.join('-').toLowerCase()}.json`), JSON.stringify({ $ref }));
    }
}

/** OpenAPI v2 in JSON schema's words: what may be a number or a text, and no field beside those that are named. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const { format, ...told } = value as Record<string, unknown>;
  if (format === 'int-or-string') return { type: ['string', 'integer'] };
  const entries = Object.entries(told).map(([key, of]) => [key, strict(of)] as const);
  const isClosed = typeof told.properties === 'object' && told.additionalProperties === undefined;
  return { ...Object.fromEntries(entries), ...(isClosed ? { additionalProperties: false } : {}) };
}
