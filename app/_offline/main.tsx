import { ThemeProvider } from 'next-themes';
import { createRoot } from 'react-dom/client';
import { RunView } from '../runs/[id]/_run/run-view';
import { Logo } from '../_components/shell/logo';
import { ThemeMenu } from '../_components/shell/preferences';
import { PrintSupport } from '../_components/print';
import { TooltipProvider } from '../_components/ui/tooltip';
import { dictionaries } from '../_i18n/dictionaries';
import { formatDateTime } from '../_i18n/format';
import { locales } from '../_i18n/locale';
import { LocaleProvider } from '../_i18n/provider';
import { embeddedSource, type EmbeddedRun } from './embedded-source';

// The page that an HTML export carries: the run's own page over the data that lies beside it.
const data = JSON.parse(document.getElementById('run-data')?.textContent ?? '') as EmbeddedRun;
const locale = locales.find((known) => known === data.locale) ?? 'en';
const t = dictionaries[locale];

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
    <LocaleProvider locale={locale}>
      <TooltipProvider delayDuration={250}>
        <PrintSupport />
        <header className="border-b print:hidden">
          <div className="mx-auto flex min-h-12 max-w-[1560px] flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 sm:px-6">
            <Logo className="size-6" />
            <span className="font-semibold tracking-tight">{t.common.appName}</span>
            <span className="min-w-0 flex-1 text-xs text-muted-foreground">
              {t.exports.offlineNote(formatDateTime(data.savedAtMs, locale))}
            </span>
            <ThemeMenu />
          </div>
        </header>
        <main id="content" className="mx-auto w-full max-w-[1560px] px-4 py-6 sm:px-6">
          <RunView run={data.run} search={window.location.search} source={embeddedSource(data)} />
        </main>
      </TooltipProvider>
    </LocaleProvider>
  </ThemeProvider>,
);
