import { limits } from '@/lib/model/limits';

/** Tags that name each request rather than a kind of request: each would be a series of its own. */
const dropped = new Set([
  'url',
  'proto',
  'tls_version',
  'subproto',
  'service',
  'error',
  'ip',
  'vu',
  'iter',
  'ocsp_status',
]);

/**
 * A sample's tags without those, and a key that tells sets of them apart. What is too long is cut. Null where they are no
 * tags: not by name, not of text, or too many.
 */
export function keptTags(
  tags: Readonly<Record<string, unknown>>,
): { tags: Record<string, string>; key: string } | null {
  const names = Object.keys(tags);
  if (Array.isArray(tags) || names.length > limits.file.tags) return null;
  const kept: Record<string, string> = {};
  let key = '';
  for (const name of names.sort()) {
    const value = tags[name];
    if (typeof value !== 'string') return null;
    if (value === '' || dropped.has(name)) continue;
    const [shortName, shortValue] = [plainName(name), plainName(value)];
    kept[shortName] = shortValue;
    key += `${shortName}=${shortValue}\n`;
  }
  return { tags: kept, key };
}

/** A name of a file's as it is kept: cut where it is too long, without NUL, which databases end a text at. */
export function plainName(name: string): string {
  const short = name.length > limits.file.nameCharacters ? name.slice(0, limits.file.nameCharacters) : name;
  return short.includes('\0') ? short.replaceAll('\0', '\ufffd') : short;
}
