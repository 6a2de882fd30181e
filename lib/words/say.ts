import { type Figure, type SentMessage } from '@/lib/model/message';
import { figureIn } from './figures';
import { type Locale } from './locale';
import { zodWordsIn } from './zod-words';
import { type Words } from './words';

/** A language with its words. */
export interface Speaker {
  locale: Locale;
  t: Words;
  /** How moments on the run's clock are told where that is by the time of day; left out: in seconds. */
  moment?: ((atMs: number) => string) | undefined;
}

/** Keys that are made at run time: the types of `t` know only those that are written out. */
type AnyWords = ((key: string, values: Record<string, string | number>) => string) & {
  has(key: string): boolean;
};

/** A message in a language; one whose code has no words there as it was sent. */
export function say(speaker: Speaker, { code, data, known = code }: SentMessage): string {
  const t = speaker.t as unknown as AnyWords;
  if (code === 'zod') return zodWordsIn(speaker.locale, data);
  if (!t.has(code)) return known;
  return t(code, {
    clock: speaker.moment ? 'wall' : 'run',
    ...Object.fromEntries(Object.entries(data).map(([name, value]) => [name, filled(speaker, value)])),
  }).replace(stopInBrackets, '');
}

/** A whole sentence that was filled in before a closing bracket has no full stop there, but an ellipsis stays. */
const stopInBrackets = /(?<![.…])[.。](?=[)）])/g;

function filled(speaker: Speaker, value: unknown): string | number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return value ? 'true' : '';
  if (Array.isArray(value)) return listed(speaker, value);
  if ('figure' in value) {
    const figure = value as Figure;
    return figure.figure === 'second' && figure.value !== null && speaker.moment
      ? speaker.moment(figure.value)
      : figureIn(speaker.locale, speaker.t, figure);
  }
  return say(speaker, value as SentMessage);
}

/** Sentences in a row; one that ends in a full stop of full width needs nothing between. */
function listed(speaker: Speaker, values: readonly unknown[]): string {
  const separator = speaker.t('figures.separator');
  return values
    .map((value) => String(filled(speaker, value)))
    .reduce(
      (all, one) => (all === '' || all.endsWith('。') ? `${all}${one}` : `${all}${separator}${one}`),
      '',
    );
}
