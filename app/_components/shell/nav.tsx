'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useDictionary } from '../../_i18n/provider';
import { cn } from '../cn';

/** The main pages; the one shown is marked. */
export function Nav({ className }: { className?: string }) {
  const t = useDictionary();
  const path = usePathname();
  const pages = [
    { href: '/', label: t.nav.runs, current: path === '/' || path.startsWith('/runs') },
    { href: '/trends', label: t.trend.nav, current: path.startsWith('/trends') || path.startsWith('/compare') },
    { href: '/services', label: t.nav.services, current: path.startsWith('/services') },
    { href: '/what-if', label: t.whatif.title, current: path.startsWith('/what-if') },
    { href: '/scripts', label: t.history.scripts.title, current: path.startsWith('/scripts') },
    { href: '/settings', label: t.nav.settings, current: path.startsWith('/settings') },
  ];
  return (
    <nav aria-label={t.nav.main} className={cn('flex items-center gap-0.5 overflow-x-auto [scrollbar-width:none]', className)}>
      {pages.map(({ href, label, current }) => (
        <Link
          key={href}
          href={href}
          aria-current={current ? 'page' : undefined}
          className="rounded-md px-2.5 py-1.5 text-sm text-muted-foreground transition-colors hover:bg-muted hover:text-foreground aria-[current=page]:font-medium aria-[current=page]:text-foreground"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
