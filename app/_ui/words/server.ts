import { cookies, headers } from 'next/headers';
import { locales, parsedMessagesOf, versionOf, wordsOf } from '@/lib/words/catalogue';
import { chooseLocale, localeCookie, type Locale } from '@/lib/words/locale';
import { type Words } from '@/lib/words/words';
import { offered } from './offered';

/** The language of this request, and what says sentences in it, for server components. */
export async function getWords(): Promise<{ locale: Locale; t: Words }> {
  const locale = chooseLocale(
    locales(),
    (await cookies()).get(localeCookie)?.value,
    (await headers()).get('accept-language'),
  );
  return { locale, t: wordsOf(locale) };
}

/** The address of the script that gives a page its language's words, the same for all pages of a version; here they are given at once. */
export function offerWords(locale: Locale): string {
  offered.set(locale, parsedMessagesOf(locale));
  return `/api/words/${locale}?version=${versionOf(locale)}`;
}
