import { cookies, headers } from 'next/headers';
import { wordsOf } from '@/lib/words/catalogue';
import { type Words } from '@/lib/words/words';
import { dictionaries } from './dictionaries';
import { type Dictionary } from './en';
import { chooseLocale, localeCookie, type Locale } from './locale';

/** Says sentences in the language of this request, for server components. */
export async function getWords(): Promise<{ locale: Locale; t: Words }> {
  const { locale } = await getDictionary();
  return { locale, t: wordsOf(locale) };
}

/** The language of this request and its words, for server components. */
export async function getDictionary(): Promise<{ locale: Locale; t: Dictionary }> {
  const locale = chooseLocale(
    (await cookies()).get(localeCookie)?.value,
    (await headers()).get('accept-language'),
  );
  return { locale, t: dictionaries[locale] };
}
