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

/** A sample's tags without those, and a key that tells sets of them apart. */
export function keptTags(tags: Readonly<Record<string, string>>): {
  tags: Record<string, string>;
  key: string;
} {
  const kept: Record<string, string> = {};
  let key = '';
  for (const name of Object.keys(tags).sort()) {
    const value = tags[name]!;
    if (value === '' || dropped.has(name)) continue;
    kept[name] = value;
    key += `${name}=${value}\n`;
  }
  return { tags: kept, key };
}
