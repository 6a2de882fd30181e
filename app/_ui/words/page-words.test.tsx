import { runInNewContext } from 'node:vm';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { mountApi } from '@/lib/api/mount';
import { locales, parsedMessagesOf } from '@/lib/words/catalogue';
import { type Messages } from '@/lib/words/words';
import { PageWords } from './page-words';
import { useWords } from './provider';
import { offerWords } from './server';

function Sentence() {
  return <p>{useWords()('common.tagline')}</p>;
}

test.each(locales())('a page is drawn with the %s words that its address gives a browser', async (locale) => {
  const address = offerWords(locale);
  const read = async (path: string): Promise<Response> =>
    mountApi()(new Request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1' } }));
  const answer = await read(address);
  const page = renderToString(
    <PageWords locale={locale} address={address} languages={[]}>
      <Sentence />
    </PageWords>,
  );
  const browser: { scaletraceWords?: Map<string, Messages> } = {};
  runInNewContext(await answer.text(), browser);
  const given = browser.scaletraceWords!.get(locale)!;
  expect(JSON.stringify(given)).toBe(JSON.stringify(parsedMessagesOf(locale)));
  const { common } = given;
  expect(page).toBe(`<p>${common.tagline}</p>`);
  expect(common.tagline.length).toBeGreaterThan(10);
  expect(answer.headers.get('cache-control')).toContain('immutable');
  expect((await read(`${address}-older`)).headers.get('cache-control')).toBe('no-store');
});
