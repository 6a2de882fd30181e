import { Plus } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { type ReactNode } from 'react';
import { type Access } from '@/app/_ui/access/access';
import { type Words } from '@/lib/words/words';
import { Button } from '@/app/_ui/primitives/button';
import { AccountMenu } from './account-menu';
import { Commands } from './commands';
import { Logo } from './logo';
import { Nav } from './nav';
import { LanguageMenu, ThemeMenu } from './preferences';
import { StatusBanner } from './status-banner';

/** The frame of every page: name, pages, search, language, theme, account. Who has not signed in sees only what works without. */
export function Shell({ t, access, children }: { t: Words; access: Access; children: ReactNode }) {
  const known = access.role !== null;
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
          <Link
            href="/"
            className="mr-3 flex items-center gap-2 rounded-md font-semibold tracking-tight"
            aria-label={t('common.appName')}
          >
            <Logo className="size-6" />
            <span className="max-[420px]:hidden">{t('common.appName')}</span>
          </Link>
          {known && <Nav className="hidden sm:flex" />}
          <div className="flex-1" />
          {known && <Commands />}
          <LanguageMenu />
          <ThemeMenu />
          <AccountMenu />
          {access.mayRun && (
            <Button asChild variant="primary" size="sm" className="ml-1 h-8">
              <Link href="/runs/new">
                <Plus />
                {t('nav.newRun')}
              </Link>
            </Button>
          )}
        </div>
        {known && <StatusBanner />}
        {known && <Nav className="border-t py-1 pr-6 pl-3 sm:hidden" />}
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
