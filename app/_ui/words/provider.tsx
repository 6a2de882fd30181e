'use client';

import { createContext, use, type ReactNode } from 'react';
import { dictionaries } from './dictionaries';
import { type Dictionary } from './en';
import { localeCookie, type Locale } from './locale';

const LocaleContext = createContext<Locale>('en');

export function LocaleProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  return <LocaleContext value={locale}>{children}</LocaleContext>;
}

export function useLocale(): Locale {
  return use(LocaleContext);
}

/** The words of the page in its language. */
export function useDictionary(): Dictionary {
  return dictionaries[use(LocaleContext)];
}

/** Keeps the language for a year; the page must be refreshed to show it. */
export function storeLocale(locale: Locale): void {
  document.cookie = `${localeCookie}=${locale}; path=/; max-age=31536000; samesite=lax`;
}
