import { describe, expect, it } from 'vitest';
import { locales, messagesOf, wordsOf } from './catalogue';
import { chooseLocale } from './locale';

describe('chooseLocale', () => {
  it('takes the cookie first, then the browser, then English', () => {
    const choose = (cookie: string | undefined, accepted: string | null) =>
      chooseLocale(['en', 'zh-Hant'], cookie, accepted);
    expect(choose('zh-Hant', 'en')).toBe('zh-Hant');
    expect(choose(undefined, 'zh-TW,zh;q=0.9,en;q=0.8')).toBe('zh-Hant');
    expect(choose(undefined, 'zh')).toBe('zh-Hant');
    expect(choose(undefined, 'zh-CN,en;q=0.8')).toBe('en');
    expect(choose(undefined, 'fr, *;q=0.5')).toBe('en');
    expect(choose(undefined, null)).toBe('en');
    expect(choose('xx', 'de')).toBe('en');
  });
});

describe('catalogue', () => {
  it('has a language for each file, and English for any other', () => {
    expect(locales()).toEqual(['en', 'zh-Hant']);
    expect(messagesOf('xx')).toBe(messagesOf('en'));
    expect(wordsOf('zh-Hant')('common.close')).toBe('關閉');
  });
});
