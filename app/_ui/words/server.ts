import { cookies, headers } from 'next/headers';
import { dictionaries } from './dictionaries';
import { type Dictionary } from './en';
import { chooseLocale, localeCookie, type Locale } from './locale';

/** The language of this request and its words, for server components. */
export async function getDictionary(): Promise<{ locale: Locale; t: Dictionary }> {
  const locale = chooseLocale(
    (await cookies()).get(localeCookie)?.value,
    (await headers()).get('accept-language'),
  );
  return { locale, t: dictionaries[locale] };
}
