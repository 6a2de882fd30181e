import { LineCounter, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { ClusterError } from './client';

const headSchema = z.looseObject({
  apiVersion: z.literal('serving.knative.dev/v1'),
  kind: z.literal('Service'),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
type ServiceYaml = z.infer<typeof headSchema>;
const kindSchema = z.looseObject({ apiVersion: z.string(), kind: z.string() });

/**
 * The one Knative Service of a YAML text, which may have other documents beside it, as `kustomize build` and `helm
 * template` write them; empty ones are passed over as by kubectl. Throws ClusterError naming the line or the field.
 */
export function readServiceYaml(text: string): ServiceYaml {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const objects: unknown[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) {
      const { line, col: column } = lines.linePos(error.pos[0]);
      throw new ClusterError(`This is not YAML: line ${line}: ${error.message}`, 400, [
        { path: 'yaml', message: error.message, line, column },
      ]);
    }
    const object: unknown = document.toJS();
    if (object !== null && object !== undefined) objects.push(object);
  }
  const services = objects.filter((object) => isKnativeService(object));
  if (services.length > 1)
    throw new ClusterError(`These are ${services.length} Knative Services. Paste one at a time.`, 400, [
      { path: 'yaml', message: `${services.length} Knative Services: paste one at a time` },
    ]);
  const head = headSchema.safeParse(services[0] ?? objects[0] ?? null);
  if (head.success) return head.data;
  const kind = kindSchema.safeParse(objects[0]);
  const causes = head.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new ClusterError(
    kind.success && services.length === 0
      ? `This is not a Knative Service: it is a ${kind.data.kind} of ${kind.data.apiVersion}; a Service of serving.knative.dev/v1 is expected.`
      : `This is not a Knative Service: ${causes.map((c) => `${c.path || 'the document'}: ${c.message}`).join('; ')}`,
    400,
    causes,
  );
}

function isKnativeService(object: unknown): boolean {
  const { data } = kindSchema.safeParse(object);
  return data?.kind === 'Service' && data.apiVersion.startsWith('serving.knative.dev/');
}
