import { LineCounter, parseAllDocuments, visit, type Document } from 'yaml';
import { z } from 'zod';
import { message, messageOfIssue, said } from '@/lib/model/message';
import { ClusterError } from './client';

const headSchema = z.looseObject({
  apiVersion: z.literal('serving.knative.dev/v1'),
  kind: z.literal('Service'),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
type ServiceYaml = z.infer<typeof headSchema>;
const kindSchema = z.object({ apiVersion: z.string(), kind: z.string() });

/**
 * The one Knative Service of a YAML text, which may have other documents beside it, as `kustomize build` and `helm
 * template` write them; empty ones are passed over as by kubectl. Throws ClusterError naming the line or the field.
 */
export function readServiceYaml(text: string): ServiceYaml {
  const lines = new LineCounter();
  const refuse = (cause: string, offset: number): never => {
    const { line, col: column } = lines.linePos(offset);
    throw new ClusterError('problems.not-yaml', { line, cause }, 422, [
      { path: 'yaml', said: said(cause), line, column },
    ]);
  };
  const objects: unknown[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })) {
    const [error] = document.errors;
    if (error) refuse(error.message, error.pos[0]);
    try {
      const object: unknown = document.toJS();
      // What holds itself by an alias cannot be sent to a cluster.
      JSON.stringify(object);
      if (object !== null && object !== undefined) objects.push(object);
    } catch (error) {
      refuse(messageOfAlias(error), unresolvedAt(document) ?? document.range?.[0] ?? 0);
    }
  }
  const services = objects.filter((object) => isKnativeService(object));
  if (services.length > 1)
    throw new ClusterError('problems.several-services', { services: services.length }, 422, [
      { path: 'yaml', said: message('validation.several-services', { services: services.length }) },
    ]);
  const head = headSchema.safeParse(services[0] ?? objects[0] ?? null);
  if (head.success) return head.data;
  const kind = kindSchema.safeParse(objects[0]);
  const faults = head.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    said: messageOfIssue(issue),
  }));
  if (kind.success && services.length === 0)
    throw new ClusterError('problems.other-kind', kind.data, 422, faults);
  throw new ClusterError(
    'problems.no-knative-service',
    {
      faults: faults.map(({ path, said: error }) =>
        path === ''
          ? message('validation.document', { error })
          : message('validation.field', { path, error }),
      ),
    },
    422,
    faults,
  );
}

/** Where an alias stands whose anchor is not before it; null: nowhere. */
function unresolvedAt(document: Document.Parsed): number | null {
  let at: number | null = null;
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      at = alias.range?.[0] ?? null;
      return visit.BREAK;
    },
  });
  return at;
}

/** An alias without its anchor, too many of them (as in a bomb of them), or one of what it is within. */
function messageOfAlias(error: unknown): string {
  if (error instanceof ReferenceError) return error.message;
  if (error instanceof RangeError) return 'It is nested too deeply.';
  if (error instanceof TypeError) return 'An alias stands within what it names.';
  throw error;
}

function isKnativeService(object: unknown): boolean {
  const { data } = kindSchema.safeParse(object);
  return data?.kind === 'Service' && data.apiVersion.startsWith('serving.knative.dev/');
}
