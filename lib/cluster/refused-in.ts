/** A field that is refused, with the server's words. */
export interface RefusedField {
  path: string;
  text: string;
}

const path = String.raw`[A-Za-z][\w-]*(?:[.\[/][\w\-\]/]+)*\]?`;
const withPaths = new RegExp(String.raw`^(.*): (${path}(?:, ${path})*)$`);

/** What Go's decoder says of a value of another kind; between the fields are the names of the types that embed others. */
const ofOtherKind = /json: (cannot unmarshal .+ into Go struct field) ([\w.]+) (of type \S+)/;

/**
 * The fields that a Status names in its message alone: those that strict decoding does not know, whose value is of another
 * kind, and those that Knative's
 * webhook refuses (`apis.FieldError`: one a line, `words: path, path`, with details on the lines after it). Empty where it
 * names none.
 */
export function refusedIn(message: string): RefusedField[] {
  const unknown = [...message.matchAll(/unknown field "([^"]+)"/g)];
  if (unknown.length > 0) return unknown.map(([text, field = '']) => ({ path: field, text }));
  const [, what = '', names = '', kind = ''] = ofOtherKind.exec(message) ?? [];
  const field = names.split('.').filter((name) => /^[a-z]/.test(name));
  if (field[0] === 'spec' || field[0] === 'metadata')
    return [{ path: field.join('.'), text: `${what} ${names} ${kind}` }];
  const errors = /denied the request: (?:validation failed: )?([^]*)$/.exec(message)?.[1];
  const fields: RefusedField[] = [];
  let last: RefusedField[] = [];
  for (const line of errors?.split('\n') ?? []) {
    const [, text = '', paths = ''] = withPaths.exec(line) ?? [];
    if (paths === '') for (const field of last) field.text += `\n${line}`;
    else {
      last = paths.split(', ').map((one) => ({ path: one, text }));
      fields.push(...last);
    }
  }
  return fields;
}
