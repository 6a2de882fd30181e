/** The browser and system that a User-Agent header names, such as `Chrome · Linux`; null where it names none that is known. */
export function browserOf(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const first = (names: readonly (readonly [string, RegExp])[]): string | null =>
    names.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;
  const browser = first([
    ['Edge', /Edg\//],
    ['Opera', /OPR\//],
    ['Firefox', /Firefox\//],
    ['Chrome', /Chrome\//],
    ['Safari', /Safari\//],
    ['curl', /^curl\//],
  ]);
  const system = first([
    ['Android', /Android/],
    ['iOS', /iPhone|iPad/],
    ['Windows', /Windows/],
    ['macOS', /Mac OS X/],
    ['Linux', /Linux/],
  ]);
  return browser === null ? null : [browser, system].filter((part) => part !== null).join(' · ');
}
