import { locales, wordsOf } from '@/lib/words/catalogue';
import { chooseLocale, localeCookie } from '@/lib/words/locale';
import { nonceHeader } from '@/lib/server/headers.mjs';

/**
 * A page of two sentences, in the language of who asks: no script, no style from elsewhere, nothing of a run.
 * `againSeconds`: after so long a browser asks again.
 */
export function plainPage(
  { headers, cookies }: { headers: Headers; cookies: { get(name: string): { value: string } | undefined } },
  say: (t: ReturnType<typeof wordsOf>) => { title: string; text: string },
  againSeconds?: number,
): string {
  const locale = chooseLocale(locales(), cookies.get(localeCookie)?.value, headers.get('accept-language'));
  const t = wordsOf(locale);
  const { title, text } = say(t);
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
${againSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${againSeconds}">\n`}<title>${title} · ${t('common.appName')}</title>
<style nonce="${headers.get(nonceHeader) ?? ''}">
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif; color: light-dark(#18181b, #ededf0); background: light-dark(#fafafa, #0a0b0d); }
main { max-width: 26rem; padding: 2rem; text-align: center; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
p { margin: 0; color: light-dark(#5f5f69, #9da3ae); }
</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
