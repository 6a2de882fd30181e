'use client';

import { use, type ReactNode } from 'react';
import { type Locale } from '@/lib/words/locale';
import { type Language, type Messages } from '@/lib/words/words';
import { offered } from './offered';
import { WordsProvider } from './provider';

/**
 * Gives what lies below its language's words. The page brings them by the script at `address`, which a browser keeps and
 * runs before React begins; where it could not, or the reader changes the language, they are waited for.
 */
export function PageWords({
  locale,
  address,
  languages,
  children,
}: {
  locale: Locale;
  address: string;
  languages: readonly Language[];
  children: ReactNode;
}) {
  const messages = offered.get(locale) ?? use(wordsOf(locale, address));
  return (
    <WordsProvider locale={locale} messages={messages} languages={languages}>
      {children}
    </WordsProvider>
  );
}

const asked = new Map<Locale, Promise<Messages>>();

/** The same promise each time: what waits for it is drawn again when they are there. */
function wordsOf(locale: Locale, address: string): Promise<Messages> {
  const words = asked.get(locale) ?? load(locale, address);
  asked.set(locale, words);
  return words;
}

const againMs = 1000;

/** A dashboard that is gone comes back; till then the page stands as it was drawn. */
async function load(locale: Locale, address: string): Promise<Messages> {
  for (;;) {
    await run(address);
    const messages = offered.get(locale);
    if (messages) return messages;
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}

function run(address: string): Promise<void> {
  return new Promise((resolve) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = script.onerror = () => {
      script.remove();
      resolve();
    };
    document.head.append(script);
  });
}
