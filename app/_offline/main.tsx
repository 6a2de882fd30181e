import { createTranslator } from 'use-intl/core';
import { type Messages } from '@/lib/words/words';
import { ThemeProvider } from 'next-themes';
import { createRoot } from 'react-dom/client';
import { RunView } from '@/app/_features/run/run-view';
import { Logo } from '@/app/_ui/shell/logo';
import { ThemeMenu } from '@/app/_ui/shell/preferences';
import { PrintSupport } from '@/app/_ui/print';
import { TooltipProvider } from '@/app/_ui/primitives/tooltip';
import { formatDateTime } from '@/lib/words/format';
import { WordsProvider } from '@/app/_ui/words/provider';
import { embeddedSource, type EmbeddedRun } from './embedded-source';

// The page that an HTML export carries: the run's own page over the data that lies beside it.
const data = JSON.parse(document.getElementById('run-data')?.textContent ?? '') as EmbeddedRun;
const { locale, messages } = data;
const t = createTranslator<Messages>({ locale, messages });

const replaceState = window.history.replaceState.bind(window.history);
window.history.replaceState = (...args) => {
  try {
    replaceState(...args);
  } catch {
    // A file has no address that may be changed in some browsers: the view is then not kept in it.
  }
};

createRoot(document.getElementById('root')!).render(
  <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
    <WordsProvider locale={locale} messages={messages}>
      <TooltipProvider delayDuration={250}>
        <PrintSupport />
        <header className="border-b print:hidden">
          <div className="mx-auto flex min-h-12 max-w-[1560px] flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 sm:px-6">
            <Logo className="size-6" />
            <span className="font-semibold tracking-tight">{t('common.appName')}</span>
            <span className="min-w-0 flex-1 text-xs text-muted-foreground">
              {t('exports.offlineNote', { at: formatDateTime(data.savedAtMs, locale) })}
            </span>
            <ThemeMenu />
          </div>
        </header>
        <main id="content" className="mx-auto w-full max-w-[1560px] px-4 py-6 sm:px-6">
          <RunView run={data.run} search={window.location.search} source={embeddedSource(data)} />
        </main>
      </TooltipProvider>
    </WordsProvider>
  </ThemeProvider>,
);
