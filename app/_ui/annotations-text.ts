/** Annotations written one a line as `name: value`; quotes around a value are taken off, lines without a colon left out. */
export function parseAnnotations(text: string): Record<string, string> {
  const entries = text.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf(':');
    const name = line.slice(0, at).trim();
    return at < 1 || name === ''
      ? []
      : [
          [
            name,
            line
              .slice(at + 1)
              .trim()
              .replace(/^(['"])(.*)\1$/, '$2'),
          ],
        ];
  });
  return Object.fromEntries(entries);
}
