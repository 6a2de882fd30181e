'use client';

import { Link } from '@/app/_ui/link';
import { usePathname } from 'next/navigation';
import { useAccess } from '@/app/_ui/access/provider';
import { useWords } from '@/app/_ui/words/provider';

/** The parts of the settings; an admin's only for an admin. */
export function SettingsNav() {
  const t = useWords();
  const path = usePathname();
  const { mayAdmin } = useAccess();
  const parts = [
    { href: '/settings', label: t('signin.tabs.general') },
    { href: '/settings/account', label: t('signin.tabs.account') },
    { href: '/settings/tokens', label: t('signin.tabs.tokens') },
    ...(mayAdmin
      ? [
          { href: '/settings/users', label: t('signin.tabs.users') },
          { href: '/settings/audit', label: t('signin.tabs.audit') },
        ]
      : []),
    { href: '/api-docs', label: t('signin.tabs.api') },
  ];
  return (
    <nav aria-label={t('signin.tabs.label')} className="mb-6 flex flex-wrap border-b sm:gap-x-1">
      {parts.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          aria-current={path === href ? 'page' : undefined}
          className="-mb-px rounded-t-md border-b-2 border-transparent px-2 py-2.5 sm:px-3 text-sm whitespace-nowrap text-muted-foreground transition-colors outline-offset-[-2px] hover:text-foreground aria-[current=page]:border-primary aria-[current=page]:font-medium aria-[current=page]:text-foreground"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
