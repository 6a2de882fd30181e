import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { locales, messagesTextOf, parsedMessagesOf } from '@/lib/words/catalogue';
import { useWords, WordsProvider } from './provider';

function Sentence() {
  return <p>{useWords()('common.tagline')}</p>;
}

test.each(locales())('%s is said alike by sentences as objects and as one text', (locale) => {
  const [asObjects, asText] = [parsedMessagesOf(locale), messagesTextOf(locale)].map((messages) =>
    renderToString(
      <WordsProvider locale={locale} messages={messages}>
        <Sentence />
      </WordsProvider>,
    ),
  );
  expect(asText).toBe(asObjects);
  expect(asText).toMatch(/^<p>.{10,}<\/p>$/);
});
