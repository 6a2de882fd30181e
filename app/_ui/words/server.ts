import { cookies, headers } from 'next/headers';
import { locales, wordsOf } from '@/lib/words/catalogue';
import { chooseLocale, localeCookie, type Locale } from '@/lib/words/locale';
import { type Words } from '@/lib/words/words';

/** The language of this request, and what says sentences in it, for server components. */
export async function getWords(): Promise<{ locale: Locale; t: Words }> {
  const locale = chooseLocale(
    locales(),
    (await cookies()).get(localeCookie)?.value,
    (await headers()).get('accept-language'),
  );
  return { locale, t: wordsOf(locale) };
}
