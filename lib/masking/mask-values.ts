import { masked } from './masked';

/** Words that many settings have, and that nobody keeps secret. */
const trivial = new Set([
  '',
  'true',
  'false',
  'yes',
  'no',
  'on',
  'off',
  '0',
  '1',
  'null',
  'none',
  'undefined',
]);
/** Shorter ones are masked only where they stand alone: else they would take most words apart. */
const leastLength = 4;

/** A value that may well be a word of a sentence is masked only where it stands as one: a long one, or one with digits in it, is no word. */
const isWord = (value: string): boolean => value.length < 16 && !(value.length >= 8 && /\d/.test(value));

/** A function that masks these values in a text: as they are, as a string of JSON or JavaScript, in an address, in base64. */
export function hideValues(
  values: readonly string[],
  /** Values of names that tell nothing about them: short ones are left alone, words are masked as words only. */
  perhaps: readonly string[] = [],
): (text: string) => string {
  const isKnown = (value: string): boolean => !trivial.has(value.toLowerCase()) && value !== masked;
  const forms = new Set(values.filter(isKnown).flatMap(formsOf));
  const words = new Set<string>();
  for (const value of perhaps.filter((one) => isKnown(one) && one.length >= leastLength))
    for (const form of formsOf(value)) (isWord(form) ? words : forms).add(form);
  for (const form of forms) words.delete(form);
  if (forms.size + words.size === 0) return (text) => text;
  // The longest first: one secret may begin with another.
  const patterns = [...forms, ...words]
    .sort((a, b) => b.length - a.length)
    .map((form) => {
      const exact = form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
      return form.length >= leastLength && !words.has(form)
        ? exact
        : `(?<![A-Za-z0-9_])${exact}(?![A-Za-z0-9_])`;
    });
  const pattern = new RegExp(patterns.join('|'), 'g');
  return (text) => text.replace(pattern, masked);
}

function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  // Half a surrogate pair has no form in an address.
  const address = encodeURIComponent(value.replace(/[\ud800-\udfff]/gu, '\ufffd'));
  const forms = [
    value,
    value.trim(),
    json,
    JSON.stringify(json).slice(1, -1),
    value.replaceAll("'", "\\'"),
    value.replaceAll('`', '\\`'),
    address,
    address.replaceAll('%20', '+'),
  ];
  if (value.length >= leastLength)
    forms.push(base64(value), base64(value).replaceAll('+', '-').replaceAll('/', '_'));
  return forms.filter((form) => form !== '' && !trivial.has(form.toLowerCase()));
}

function base64(value: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(value))).replace(/=+$/, '');
}
