import { type Document, LineCounter, parseAllDocuments } from 'yaml';

/**
 * The line of a field path such as `spec.template.spec.containers[0].image` or `metadata.annotations.example.com/key`, or of
 * the nearest parent that is there; null: of none. Of several documents that of the Knative Service is meant.
 */
export function lineOf(yaml: string, path: string): number | null {
  const counter = new LineCounter();
  const documents: Document[] = [...parseAllDocuments(yaml, { lineCounter: counter })];
  const document = documents.find(isKnativeService) ?? documents[0];
  // An annotation's own name has dots in it.
  const [before = '', annotation] = path.split('.annotations.');
  const keys = before
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
  if (annotation !== undefined) keys.push('annotations', annotation);
  for (let length = keys.length; length > 0; length--) {
    const node: unknown = document?.getIn(
      keys.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
      true,
    );
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return counter.linePos(Number(node.range[0])).line;
  }
  return null;
}

function isKnativeService(document: Document): boolean {
  const apiVersion: unknown = document.get('apiVersion');
  return (
    document.get('kind') === 'Service' &&
    typeof apiVersion === 'string' &&
    apiVersion.startsWith('serving.knative.dev/')
  );
}
