import { describe, expect, it } from 'vitest';
import { dictionaries } from './dictionaries';
import { chooseLocale } from './locale';

/** Every path to a word, with whether it is a text or makes one. */
function words(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null
      ? words(inner, `${path}${key}.`)
      : [[`${path}${key}`, typeof inner] as [string, string]],
  );
}

describe('dictionaries', () => {
  const english = words(dictionaries.en);

  it.each(Object.entries(dictionaries))(
    '%s has every word of English and no other',
    (_locale, dictionary) => {
      expect(words(dictionary)).toEqual(english);
    },
  );

  it.each(Object.entries(dictionaries))('%s has no empty word', (_locale, dictionary) => {
    expect(JSON.stringify(dictionary)).not.toMatch(/:""/);
  });

  it('is translated, not copied', () => {
    const texts = (value: object): string[] =>
      Object.values(value).flatMap((inner: unknown) =>
        typeof inner === 'object' && inner !== null ? texts(inner) : typeof inner === 'string' ? [inner] : [],
      );
    const own = texts(dictionaries['zh-Hant']);
    const same = texts(dictionaries.en).filter(
      (text, i) => own[i] === text && /[a-z]{3,} [a-z]{2,}/.test(text),
    );
    expect(same).toEqual([]);
  });
});

describe('chooseLocale', () => {
  it('takes the cookie first, then the browser, then English', () => {
    expect(chooseLocale('zh-Hant', 'en')).toBe('zh-Hant');
    expect(chooseLocale(undefined, 'zh-TW,zh;q=0.9,en;q=0.8')).toBe('zh-Hant');
    expect(chooseLocale(undefined, 'zh-CN,en;q=0.8')).toBe('en');
    expect(chooseLocale('xx', 'de')).toBe('en');
  });
});
