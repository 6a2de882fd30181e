import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import compile from 'icu-minify/compile';
import { createTranslator } from 'use-intl/core';
import formatMessage from 'use-intl/format-message';
import { variable } from '@/lib/environment/environment';
import { projectRoot } from '@/lib/environment/paths';
import { fallbackLocale, type Locale } from './locale';
import { type Language, type Messages, type Words } from './words';

const folder = (): string =>
  variable('SCALETRACE_MESSAGES') ?? join(/* turbopackIgnore: true */ projectRoot(), 'messages');

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

const parsed = new Map<Locale, Messages>();

/** The words of a language with their places found, for a formatter that only fills them in: a page's (next.config.mjs). */
export function parsedMessagesOf(locale: Locale): Messages {
  const parse = (messages: object): object =>
    Object.fromEntries(
      Object.entries(messages).map(([key, value]: [string, string | object]) => [
        key,
        typeof value === 'string' ? compile(value) : parse(value),
      ]),
    );
  let messages = parsed.get(locale);
  if (messages === undefined) {
    // As JSON: a component of the browser is handed plain objects only.
    messages = JSON.parse(JSON.stringify(parse(messagesOf(locale)))) as Messages;
    parsed.set(locale, messages);
  }
  return messages;
}

const versions = new Map<Locale, string>();

/** What changes with `parsedMessagesOf`, short. */
export function versionOf(locale: Locale): string {
  let version = versions.get(locale);
  if (version === undefined) {
    const text = JSON.stringify(parsedMessagesOf(locale));
    version = createHash('sha256').update(text).digest('base64url').slice(0, 12);
    versions.set(locale, version);
  }
  return version;
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
    words = createTranslator<Messages>({
      locale,
      messages: formatMessage.raw ? messagesOf(locale) : parsedMessagesOf(locale),
    });
    made.set(locale, words);
  }
  return words;
}
