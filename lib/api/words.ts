import { z } from 'zod';
import { locales, parsedMessagesOf, versionOf } from '@/lib/words/catalogue';
import { notFound } from '@/lib/model/problem';
import { wordsGlobal } from '@/lib/words/words';
import { responseOnce } from './made-once';
import { route } from './route';

/** What pages say: whoever opens one, a share link's too, reads its words here. */
export const words = [
  route(
    'GET /api/words/{locale}',
    {
      summary: 'The sentences of a language, as a script that gives them to this dashboard’s pages.',
      access: 'public',
      query: z.object({ version: z.string().optional() }),
      answers: { 200: { mediaType: 'text/javascript', description: 'Parsed messages by their keys.' } },
    },
    ({ params: { locale }, query: { version } }) => {
      if (!locales().includes(locale)) throw notFound('file');
      // A page of another version is of a dashboard that has been replaced: what it gets is not kept under its address.
      const isKept = version === versionOf(locale);
      const headers = new Headers({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': isKept ? 'public, max-age=31536000, immutable' : 'no-store',
      });
      return responseOnce(parsedMessagesOf(locale), scriptOf(locale), { status: 200, headers });
    },
  ),
] as const;

/** JSON in a script is read faster as a text than as an object of the language. */
const scriptOf =
  (locale: string) =>
  (messages: object): string =>
    `(globalThis.${wordsGlobal}??=new Map()).set(${JSON.stringify(locale)},JSON.parse('${JSON.stringify(messages).replace(/[\\']/g, '\\$&')}'))`;
