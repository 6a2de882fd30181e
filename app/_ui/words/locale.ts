/** The languages of the page, by BCP 47 tag. */
export const locales = ['en', 'zh-Hant'] as const;
export type Locale = (typeof locales)[number];

export const localeCookie = 'scaletrace-locale';

/** The language of a cookie's value, else the first of the browser's that the page has, else English. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  const known = locales.find((locale) => locale === cookie);
  if (known) return known;
  for (const tag of (acceptLanguage ?? '')
    .split(',')
    .map((part) => part.split(';')[0]!.trim().toLowerCase())) {
    if (tag.startsWith('en')) return 'en';
    if (/^zh\b(?!-(hans|cn|sg))/.test(tag)) return 'zh-Hant';
  }
  return 'en';
}
