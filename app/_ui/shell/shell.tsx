import { Plus } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { type ReactNode } from 'react';
import { type Access } from '@/app/_ui/access/access';
import { type Words } from '@/lib/words/words';
import { Button } from '@/app/_ui/primitives/button';
import { AccountMenu } from './account-menu';
import { Commands } from './commands';
import { Frame } from './frame';
import { Logo } from './logo';
import { Nav } from './nav';
import { LanguageMenu, ThemeMenu } from './preferences';
import { StatusBanner } from './status-banner';

/** The frame of every page: name, pages, search, language, theme, account. Who has not signed in sees only what works without. */
export function Shell({ t, access, children }: { t: Words; access: Access; children: ReactNode }) {
  const known = access.role !== null;
  return (
    <Frame
      t={t}
      bar={
        <>
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
        </>
      }
      below={
        <>
          {known && <StatusBanner />}
          {known && <Nav className="border-t py-1 pr-6 pl-3 sm:hidden" />}
        </>
      }
    >
      {children}
    </Frame>
  );
}
