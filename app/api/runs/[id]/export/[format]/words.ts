import { type MarkdownWords } from '@/lib/exporting/markdown';
import { dictionaries } from '@/app/_ui/words/dictionaries';
import { formatLength, formatMs, formatNumber } from '@/app/_ui/words/format';
import { type Locale } from '@/app/_ui/words/locale';

/** The Markdown summary's words in a language. */
export function markdownWords(locale: Locale): MarkdownWords {
  const t = dictionaries[locale];
  return {
    ...t.exports.report,
    outcomeOf: (outcome) =>
      outcome === 'short' || outcome === 'correction' || outcome === 'lost'
        ? t.review.outcome[outcome]
        : t.events[outcome],
    stateOf: (state) => t.states[state],
    ms: (value) => formatMs(value, locale),
    number: (value) => formatNumber(value, locale, value !== null && !Number.isInteger(value) ? 1 : 0),
    lengthOf: (ms) => formatLength(ms, locale),
  };
}
