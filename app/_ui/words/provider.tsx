'use client';

import { createContext, use, type ReactNode } from 'react';
import { IntlProvider, useTranslations } from 'use-intl/react';
import { localeCookie } from '@/lib/words/locale';
import { type Messages, type Words } from '@/lib/words/words';
import { dictionaries } from './dictionaries';
import { type Dictionary } from './en';
import { type Locale } from './locale';

const LocaleContext = createContext<Locale>('en');

/** Gives what lies below the words of its language, and of no other. */
export function WordsProvider({
  locale,
  messages,
  children,
}: {
  locale: Locale;
  messages: Messages;
  children: ReactNode;
}) {
  return (
    <IntlProvider locale={locale} messages={messages}>
      <LocaleContext value={locale}>{children}</LocaleContext>
    </IntlProvider>
  );
}

export function useLocale(): Locale {
  return use(LocaleContext);
}

/** Says sentences in the page's language. */
export function useWords(): Words {
  return useTranslations();
}

/** The words of the page in its language. */
export function useDictionary(): Dictionary {
  return dictionaries[use(LocaleContext)];
}

/** Keeps the language for a year; the page must be refreshed to show it. */
export function storeLocale(locale: Locale): void {
  document.cookie = `${localeCookie}=${locale}; path=/; max-age=31536000; samesite=lax`;
}
