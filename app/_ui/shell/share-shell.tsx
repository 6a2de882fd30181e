import { type ReactNode } from 'react';
import { type Words } from '@/lib/words/words';
import { Badge } from '@/app/_ui/primitives/badge';
import { Logo } from './logo';
import { LanguageMenu, ThemeMenu } from './preferences';

/** The frame of a shared page: name, language, theme, and no way further in. */
export function ShareShell({ t, children }: { t: Words; children: ReactNode }) {
  return (
    <>
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-primary-foreground focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('common.skip')}
      </a>
      <header className="sticky top-0 z-30 border-b bg-background print:hidden">
        <div className="mx-auto flex h-14 max-w-[1560px] items-center gap-2 px-4 sm:px-6">
          <span className="flex items-center gap-2 font-semibold tracking-tight">
            <Logo className="size-6" />
            {t('common.appName')}
          </span>
          <Badge className="ml-1">{t('share.readOnly')}</Badge>
          <div className="flex-1" />
          <LanguageMenu />
          <ThemeMenu />
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-[1560px] px-4 py-6 outline-none sm:px-6 sm:py-8"
      >
        {children}
      </main>
    </>
  );
}
