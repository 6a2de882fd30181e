import { type KubeObject } from './object-store';

/** Whether an object is meant by a request's namespace, `labelSelector` and `fieldSelector`. */
export function selector(
  namespace: string | undefined,
  query: URLSearchParams,
): (object: KubeObject) => boolean {
  const labels = parts(query.get('labelSelector')).map(labelTest);
  const fields = parts(query.get('fieldSelector')).map(fieldTest);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    labels.every((test) => test(object.metadata.labels ?? {})) &&
    fields.every((test) => test(object));
}

/** Split at commas, but for those of a set. */
function parts(text: string | null): string[] {
  return (text ?? '').split(/,(?![^(]*\))/).filter((part) => part !== '');
}

function labelTest(part: string): (labels: Record<string, string>) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part.trim());
  if (set) {
    const [, key = '', operator, values = ''] = set;
    const wanted = new Set(values.split(',').map((value) => value.trim()));
    return (labels) => wanted.has(labels[key] ?? '') === (operator === 'in');
  }
  const [, not, key = '', operator, value = ''] = /^(!?)([^=!]+)(!=|==?)?(.*)$/.exec(part) ?? [];
  if (!operator) return (labels) => (labels[key] === undefined) === (not === '!');
  return (labels) => (labels[key] === value) === (operator !== '!=');
}

function fieldTest(part: string): (object: KubeObject) => boolean {
  const [, path = '', operator, value = ''] = /^([^=!]+)(!=|==?)(.*)$/.exec(part) ?? [];
  return (object) => (textAt(object, path.split('.')) === value) === (operator !== '!=');
}

function textAt(object: unknown, path: readonly string[]): string {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    object,
  );
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}
