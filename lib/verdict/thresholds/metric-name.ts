/** What a threshold is about: a metric, or of it only what has all of these tags. */
export interface MetricName {
  metric: string;
  tags: Readonly<Record<string, string>>;
}

/**
 * The name by which a threshold's rules are listed, such as `http_req_duration{status:200,scenario:spike}`, as k6 reads it
 * (metrics/metric.go, ParseMetricName and AddSubmetric). Null where k6 takes it for none.
 */
export function parseMetricName(name: string): MetricName | null {
  const opening = name.indexOf('{');
  const closing = name.lastIndexOf('}');
  if (opening < 0 && closing < 0) return { metric: name, tags: {} };
  if (opening < 0 || closing < opening || closing !== name.length - 1) return null;
  const tags: Record<string, string> = {};
  for (const part of name.slice(opening + 1, closing).split(',')) {
    const colon = part.indexOf(':');
    const value = colon < 0 ? '' : part.slice(colon + 1);
    if (value === '') return null;
    tags[unquoted(part.slice(0, colon))] = unquoted(value);
  }
  return { metric: name.slice(0, opening), tags };
}

/** Such a name as k6's summary has it: what is in the braces without space around it. */
export function nameInSummary(name: string): string {
  const opening = name.indexOf('{');
  return opening < 0 ? name : `${name.slice(0, opening)}{${name.slice(opening + 1, -1).trim()}}`;
}

function unquoted(text: string): string {
  return text.trim().replace(/^["']+|["']+$/g, '');
}
