import { type ReactNode } from 'react';
import { type Words } from '@/lib/words/words';

/** What every page stands in: a way past the header for a keyboard, the header, and the page. `below`: under its bar. */
export function Frame({
  t,
  bar,
  below,
  children,
}: {
  t: Words;
  bar: ReactNode;
  below?: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-primary-foreground focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('common.skip')}
      </a>
      <header className="sticky top-0 z-30 border-b bg-background print:hidden">
        <div className="mx-auto flex h-14 max-w-[1560px] items-center gap-2 px-4 sm:px-6">{bar}</div>
        {below}
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
