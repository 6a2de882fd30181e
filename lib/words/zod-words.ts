import { type z } from 'zod';
import { type Locale } from './locale';

type ErrorMap = z.core.$ZodErrorMap;

/** zod's own words by language, where it has them; each is loaded only by who speaks it. */
const locales: Readonly<Record<Locale, () => Promise<{ default: () => { localeError: ErrorMap } }>>> = {
  'zh-Hant': () => import('zod/v4/locales/zh-TW.js'),
};
const loaded = new Map<Locale, ErrorMap>();

/** Gets zod's words for a language; without them zod speaks English. */
export async function loadZodWords(locale: Locale): Promise<void> {
  const load = locales[locale];
  if (load && !loaded.has(locale)) loaded.set(locale, (await load()).default().localeError);
}

/** A value of the kind that zod says it received: a language's words name it by the value itself. */
const samples: Readonly<Record<string, unknown>> = {
  string: '',
  number: 0,
  boolean: false,
  array: [],
  object: {},
  null: null,
  NaN: NaN,
};

/** What zod itself says of an issue that was sent without its value. */
export function zodWordsIn(locale: Locale, issue: Readonly<Record<string, unknown>>): string {
  const english = typeof issue.message === 'string' ? issue.message : '';
  const received = /received (\w+)$/.exec(english)?.[1] ?? '';
  const words = loaded.get(locale)?.({ ...issue, input: samples[received] } as never);
  return (typeof words === 'string' ? words : words?.message) ?? english;
}
