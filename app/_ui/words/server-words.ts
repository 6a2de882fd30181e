import { type Locale } from '@/lib/words/locale';
import { partsZhHant, sentencesZhHant } from './server-words-zh-hant';

/** A sentence with places that are filled in. */
interface Pattern {
  expression: RegExp;
  /** The longest of its fixed words: a text without them needs no search. */
  fixed: string;
  names: string[];
  translation: string;
}

const placeholder = /\{(\w*)\}/g;
const sentences = new Map(Object.entries(sentencesZhHant));
const parts = new Map(Object.entries(partsZhHant));

/**
 * A sentence that the server made (a problem, a run's reason, a gap's) in the page's language; one without a translation
 * stays as it is. The server speaks English: its sentence is the key, as with gettext.
 */
export function serverWordsIn(locale: Locale, text: string): string {
  return locale === 'zh-Hant' ? (translated(text) ?? text) : text;
}

function translated(text: string): string | null {
  return (
    sentences.get(text) ??
    listed(text, false) ??
    byPattern(text) ??
    ofSubject(text) ??
    withCause(text) ??
    listed(text, true)
  );
}

function sentenceOrPart(text: string): string {
  return parts.get(text) ?? translated(text) ?? text;
}

function byPattern(text: string): string | null {
  for (const { fixed, expression, names, translation } of allPatterns()) {
    const values = text.includes(fixed) ? expression.exec(text)?.slice(1) : undefined;
    if (!values) continue;
    const unnamed = values.filter((_, i) => names[i] === '');
    return translation.replace(placeholder, (_, name: string) => {
      const value = (name === '' ? unnamed.shift() : values[names.indexOf(name)]) ?? '';
      return name.startsWith('words') ? sentenceOrPart(value) : value;
    });
  }
  return null;
}

/** Several sentences in a row, as of several fields; null where none of them, or not each, is translated. */
function listed(text: string, someSuffice: boolean): string | null {
  const each = text
    .split('; ')
    .map((part, _, all) => ({ part, words: all.length > 1 ? translated(part) : null }));
  const known = each.filter(({ words }) => words !== null).length;
  return known === each.length || (someSuffice && known > 0)
    ? each
        .map(({ part, words }) => words ?? part)
        .join('；')
        .replaceAll('。；', '。')
    : null;
}

/** What a field's path or an annotation's name stands before, as in `name: at least 1 day` or `minScale must be 0 or more`; the name stays. */
function ofSubject(text: string): string | null {
  const [, name = '', separator = '', rest = ''] =
    /^([\w.[\]/-]+)(: | (?=must |Invalid |Too ))([^]+)$/.exec(text) ?? [];
  const words = rest === '' ? null : translated(rest);
  return words === null ? null : `${name}${separator === ' ' ? ' ' : '：'}${words}`;
}

/** A sentence of ours before what another program said, such as `the script threw an exception: …`. */
function withCause(text: string): string | null {
  const end = text.indexOf(': ');
  const words = sentences.get(text.slice(0, end));
  return end < 0 || words === undefined ? null : `${words}：${sentenceOrPart(text.slice(end + 2))}`;
}

let compiled: Pattern[] | null = null;

// Not before a page in another language meets its first sentence.
function allPatterns(): Pattern[] {
  return (compiled ??= [...sentences]
    .filter(([english]) => english.includes('{'))
    .map(([english, translation]) => {
      const names = [...english.matchAll(placeholder)].map(([, name = '']) => name);
      const fixed = english.split(/\{\w*\}/);
      const expression = fixed
        .map(
          (part, i) =>
            `${i === 0 ? '' : names[i - 1]!.startsWith('url') ? '(\\S+?)' : '([^]*?)'}${part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`,
        )
        .join('');
      return {
        expression: new RegExp(`^${expression}$`),
        fixed: fixed.reduce((longest, part) => (part.length > longest.length ? part : longest)),
        names,
        translation,
      };
    }));
}
