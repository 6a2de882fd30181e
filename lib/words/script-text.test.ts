import { describe, expect, it } from 'vitest';
import { listShippedScripts } from '@/lib/loadgen/scripts';
import { locales, wordsOf } from './catalogue';
import { scriptIn } from './script-text';

const shipped = (await listShippedScripts()).map((script) => ({ ...script, origin: 'shipped' as const }));
const sentencesOf = ({ question, parameters }: (typeof shipped)[number]): string[] => [
  question,
  ...parameters.map(({ description }) => description),
];

describe.each(locales().filter((locale) => locale !== 'en'))('in %s', (locale) => {
  const t = wordsOf(locale);

  it.each(shipped)('$name says each sentence of its header', (script) => {
    const written = sentencesOf(script);
    const said = sentencesOf(scriptIn(t, script));
    expect(said).toHaveLength(written.length);
    for (const [i, sentence] of said.entries()) expect(sentence).not.toBe(written[i]);
  });

  it('leaves a sentence that was changed in the file, and its neighbours are still said', () => {
    const [script] = shipped;
    const changed = scriptIn(t, { ...script!, question: 'What does our own load show?' });
    expect(changed.question).toBe('What does our own load show?');
    expect(changed.title).not.toBe(script!.title);
  });

  it('leaves what a user saved under the name of one that ships', () => {
    const saved = { ...shipped[0]!, origin: 'saved' as const };
    expect(scriptIn(t, saved)).toBe(saved);
  });
});
