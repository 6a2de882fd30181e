import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator } from 'use-intl/core';
import { projectRoot } from '@/lib/environment/paths';
import { fallbackLocale, type Locale } from './locale';
import { type Language, type Messages, type Words } from './words';

const folder = (): string => join(/* turbopackIgnore: true */ projectRoot(), 'messages');

let found: readonly Locale[] | undefined;

/** The languages that there are words in: one file of `messages/` each, English first. */
export function locales(): readonly Locale[] {
  return (found ??= readdirSync(folder())
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort((a, b) => Number(b === fallbackLocale) - Number(a === fallbackLocale) || a.localeCompare(b)));
}

const read = new Map<Locale, Messages>();

/** The words of a language; English ones for a language without a file. */
export function messagesOf(locale: Locale): Messages {
  if (!locales().includes(locale)) return messagesOf(fallbackLocale);
  let messages = read.get(locale);
  if (messages === undefined) {
    messages = JSON.parse(readFileSync(join(folder(), `${locale}.json`), 'utf8')) as Messages;
    read.set(locale, messages);
  }
  return messages;
}

/** The languages with their own names. */
export function languages(): readonly Language[] {
  return locales().map((locale) => ({ locale, name: wordsOf(locale)('common.language') }));
}

const made = new Map<Locale, Words>();

/** Says sentences in a language, on the server and on the command line; pages ask `useWords()`. */
export function wordsOf(locale: Locale): Words {
  let words = made.get(locale);
  if (words === undefined) {
    words = createTranslator<Messages>({ locale, messages: messagesOf(locale) });
    made.set(locale, words);
  }
  return words;
}
