import { type MarkdownWords } from '@/lib/report/export/markdown';
import { dictionaries } from '../../../../../_i18n/dictionaries';
import { formatLength, formatMs, formatNumber } from '../../../../../_i18n/format';
import { type Locale } from '../../../../../_i18n/locale';

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
