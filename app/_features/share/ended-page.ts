import { locales, wordsOf } from '@/lib/words/catalogue';
import { chooseLocale } from '@/lib/words/locale';

/** The plain page of a link that has ended or never was: no script, no style from elsewhere, nothing of a run. `nonce`: of the answer's policy. */
export function endedPage(
  which: 'ended' | 'unknown',
  cookieLocale: string | undefined,
  acceptLanguage: string | null,
  nonce: string,
): string {
  const locale = chooseLocale(locales(), cookieLocale, acceptLanguage);
  const t = wordsOf(locale);
  const title = t(`share.${which}.title`);
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${title} · ${t('common.appName')}</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif; color: light-dark(#18181b, #ededf0); background: light-dark(#fafafa, #0a0b0d); }
main { max-width: 26rem; padding: 2rem; text-align: center; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
p { margin: 0; color: light-dark(#5f5f69, #9da3ae); }
</style>
</head>
<body><main><h1>${title}</h1><p>${t(`share.${which}.text`)}</p></main></body>
</html>
`;
}
