'use client';

import { createContext, use, useEffect, type ReactNode } from 'react';
import { IntlProvider, useLocale, useTranslations } from 'use-intl/react';
import { localeCookie, type Locale } from '@/lib/words/locale';
import { type Language, type Messages, type Words } from '@/lib/words/words';
import { loadZodWords } from '@/lib/words/zod-words';
import { setPageSpeaker } from './page-speaker';

export { useLocale } from 'use-intl/react';

const LanguagesContext = createContext<readonly Language[]>([]);

/** Gives what lies below the words of its language, and of no other. */
export function WordsProvider({
  locale,
  messages,
  languages = [],
  children,
}: {
  locale: Locale;
  messages: Messages;
  /** What the reader may change to. */
  languages?: readonly Language[];
  children: ReactNode;
}) {
  return (
    // No sentence holds a date: `Time` shows those.
    <IntlProvider locale={locale} messages={messages} timeZone="UTC">
      <PageSpeaker />
      <LanguagesContext value={languages}>{children}</LanguagesContext>
    </IntlProvider>
  );
}

/** Lets what is outside of React speak the page's language, zod's own words included. */
function PageSpeaker() {
  const t = useTranslations();
  const locale = useLocale();
  useEffect(() => {
    setPageSpeaker({ locale, t });
    void loadZodWords(locale);
  }, [locale, t]);
  return null;
}

/** Says sentences in the page's language. */
export function useWords(): Words {
  return useTranslations();
}

/** The languages that there are words in. */
export function useLanguages(): readonly Language[] {
  return use(LanguagesContext);
}

/** Keeps the language for a year; the page must be refreshed to show it. */
export function storeLocale(locale: Locale): void {
  document.cookie = `${localeCookie}=${locale}; path=/; max-age=31536000; samesite=lax`;
}
