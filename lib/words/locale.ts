/** A language of the page by its BCP 47 tag: the name of its file in `messages/`. */
export type Locale = string;

export const fallbackLocale = 'en';

export const localeCookie = 'scaletrace-locale';

/** The language of a cookie's value, else the first of the browser's that there are words in, else English. */
export function chooseLocale(
  locales: readonly Locale[],
  cookie: string | undefined,
  acceptLanguage: string | null,
): Locale {
  if (cookie !== undefined && locales.includes(cookie)) return cookie;
  for (const part of (acceptLanguage ?? '').split(',')) {
    const found = localeFor(locales, part.split(';')[0]!.trim());
    if (found !== undefined) return found;
  }
  return fallbackLocale;
}

/** A language is the reader's if it is written in the same script; a tag that names no place and no script takes any. */
function localeFor(locales: readonly Locale[], tag: string): Locale | undefined {
  let asked: Intl.Locale;
  try {
    asked = new Intl.Locale(tag);
  } catch {
    return undefined;
  }
  const same = locales.filter((locale) => new Intl.Locale(locale).language === asked.language);
  return (
    same.find((locale) => new Intl.Locale(locale).maximize().script === asked.maximize().script) ??
    (asked.script === undefined && asked.region === undefined ? same[0] : undefined)
  );
}
