import { type createTranslator } from 'use-intl/core';
import type english from '@/messages/en.json';

/** One language's words, as its file in `messages/` holds them; English is the one that others are held against. */
export type Messages = typeof english;

/**
 * Says a key's sentence in one language: `t('common.close')`, `t('runs.openRun', { name })`; `t.rich` where a part of it
 * is an element. Sentences are ICU messages; numbers that are to be grouped are passed as text, made by `formatNumber`.
 */
export type Words = ReturnType<typeof createTranslator<Messages>>;

declare module 'use-intl/core' {
  interface AppConfig {
    Messages: Messages;
  }
}
