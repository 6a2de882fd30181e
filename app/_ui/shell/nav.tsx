'use client';

import { Link } from '@/app/_ui/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { useWords } from '@/app/_ui/words/provider';
import { cn } from '@/app/_ui/cn';

/** The main pages; the one shown is marked. */
export function Nav({ className }: { className?: string }) {
  const t = useWords();
  const path = usePathname();
  const pages = [
    { href: '/', label: t('nav.runs'), current: path === '/' || path.startsWith('/runs') },
    {
      href: '/trends',
      label: t('trend.nav'),
      current: path.startsWith('/trends') || path.startsWith('/compare'),
    },
    { href: '/services', label: t('nav.services'), current: path.startsWith('/services') },
    { href: '/what-if', label: t('whatif.title'), current: path.startsWith('/what-if') },
    { href: '/scripts', label: t('history.scripts.title'), current: path.startsWith('/scripts') },
    { href: '/settings', label: t('nav.settings'), current: path.startsWith('/settings') },
  ];
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the row scrolls sideways: the page shown is brought into it.
  useEffect(() => {
    const row = nav.current;
    const link = row?.querySelector<HTMLElement>('[aria-current=page]');
    if (row && link)
      row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  }, [path]);
  return (
    <nav
      ref={nav}
      aria-label={t('nav.main')}
      className={cn(
        'flex items-center gap-0.5 overflow-x-auto [scrollbar-width:none] max-sm:[mask-image:linear-gradient(to_right,transparent,black_12px,black_calc(100%-28px),transparent)]',
        className,
      )}
    >
      {pages.map(({ href, label, current }) => (
        <Link
          key={href}
          href={href}
          aria-current={current ? 'page' : undefined}
          className="shrink-0 rounded-md px-2.5 py-1.5 text-sm whitespace-nowrap text-muted-foreground transition-colors hover:bg-muted hover:text-foreground aria-[current=page]:font-medium aria-[current=page]:text-foreground"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
