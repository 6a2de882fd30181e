import { describe, expect, it } from 'vitest';
import { checkLanguage, checkUse, sentencesOf } from './check';

const english = sentencesOf({
  runs: { title: 'Runs', open: 'Open {name}', count: '{n, plural, one {# run} other {# runs}}' },
  states: { failed: 'Failed', running: 'Running' },
});

describe('checkLanguage', () => {
  it('takes a language that says the same', () => {
    const own = sentencesOf({
      runs: { title: '測試', open: '開啟 {name}', count: '{n} 次測試' },
      states: { failed: '失敗', running: '執行中' },
    });
    expect(checkLanguage('zh-Hant', english, own)).toEqual([]);
    expect(checkLanguage('en', english, english)).toEqual([]);
  });

  it('names what is missing, too many, empty, broken, other or copied', () => {
    const own = sentencesOf({
      runs: { title: ' ', open: 'Ouvrir {nom}', count: '{n, plural, other {#}', close: 'Fermer' },
      states: { failed: 'Échec' },
    });
    const copied = sentencesOf({ runs: { title: 'All of the runs' } });
    expect(checkLanguage('fr', english, own).map((problem) => problem.replace(/: [A-Z_]+$/, ''))).toEqual([
      'fr: runs.title is empty',
      'fr: runs.open has other placeholders than English: no name, nom',
      'fr: runs.count is no message',
      'fr: runs.close is no key of English',
      'fr: states.running is missing',
    ]);
    expect(checkLanguage('fr', copied, copied)).toEqual(['fr: runs.title is copied, not translated']);
  });
});

describe('checkUse', () => {
  const use = (text: string): string[] => checkUse(english, [{ path: 'app/page.tsx', text }]);

  it('finds keys by their text, by a template and by their group', () => {
    const rest = "t('runs.title'); t('runs.count', { n });";
    expect(use(`${rest} t('runs.open', { name }); t(\`states.\${run.state}\`)`)).toEqual([]);
    expect(use(`${rest} t('runs.open', { name: 'x' }); nameIn(t, 'a.b', x)`)).toEqual([
      'en: states.failed is not used',
      'en: states.running is not used',
    ]);
  });

  it('finds values that are not those of the sentence', () => {
    const rest = "t('runs.title'); t('runs.count', { n }); t(`states.${run.state}`);\n";
    expect(use(`${rest}t('runs.open', { title })`)).toEqual([
      "app/page.tsx:2: values of 'runs.open' are not those of its sentence: no name, title",
    ]);
    expect(use(`${rest}t('runs.open')`)).toEqual([
      "app/page.tsx:2: values of 'runs.open' are not those of its sentence: no name",
    ]);
    expect(use(`${rest}t('runs.open', { ...values })`)).toEqual([]);
  });
});
