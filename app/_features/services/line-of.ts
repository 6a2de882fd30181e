import { LineCounter, parseDocument } from 'yaml';

/**
 * The line of a field path such as `spec.template.spec.containers[0].image` or `metadata.annotations.example.com/key`, or of
 * the nearest parent that is there; null: of none.
 */
export function lineOf(yaml: string, path: string): number | null {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, keepSourceTokens: false });
  // An annotation's own name has dots in it.
  const [before = '', annotation] = path.split('.annotations.');
  const keys = before
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
  if (annotation !== undefined) keys.push('annotations', annotation);
  for (let length = keys.length; length > 0; length--) {
    const node: unknown = document.getIn(
      keys.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
      true,
    );
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return counter.linePos(Number(node.range[0])).line;
  }
  return null;
}
