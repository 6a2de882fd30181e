import { type createTranslator } from 'use-intl/core';
import { type Locale } from './locale';
import type english from '@/messages/en.json';

/** One language's words, as its file in `messages/` holds them; English is the one that others are held against. */
export type Messages = typeof english;

/**
 * Says a key's sentence in one language: `t('common.close')`, `t('runs.openRun', { name })`; `t.rich` where a part of it
 * is an element. Sentences are ICU messages; numbers that are to be grouped are passed as text, made by `formatNumber`.
 */
export type Words = ReturnType<typeof createTranslator<Messages>>;

/** Where a page's script of words puts them: a Map of Messages by their language. */
export const wordsGlobal = 'scaletraceWords';

/** A language by its tag, with the name that it has itself. */
export interface Language {
  locale: Locale;
  name: string;
}

type Key = Parameters<Words['has']>[0];

/** What a name is called in the words below `group`, such as `audit.actions`; one that has none stays as it is. */
export function nameIn(t: Words, group: string, name: string, otherwise = name): string {
  const key = `${group}.${name.replaceAll('.', '_')}` as Key;
  return t.has(key) ? t(key) : otherwise;
}

declare module 'use-intl/core' {
  interface AppConfig {
    Messages: Messages;
  }
}
