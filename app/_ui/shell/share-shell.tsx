import { type ReactNode } from 'react';
import { type Words } from '@/lib/words/words';
import { Badge } from '@/app/_ui/primitives/badge';
import { Frame } from './frame';
import { Logo } from './logo';
import { LanguageMenu, ThemeMenu } from './preferences';

/** The frame of a shared page: name, language, theme, and no way further in. */
export function ShareShell({ t, children }: { t: Words; children: ReactNode }) {
  return (
    <Frame
      t={t}
      bar={
        <>
          <span className="flex items-center gap-2 font-semibold tracking-tight">
            <Logo className="size-6" />
            {t('common.appName')}
          </span>
          <Badge className="ml-1">{t('share.readOnly')}</Badge>
          <div className="flex-1" />
          <LanguageMenu />
          <ThemeMenu />
        </>
      }
    >
      {children}
    </Frame>
  );
}
