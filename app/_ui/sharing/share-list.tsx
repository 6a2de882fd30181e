'use client';

import { Check, Copy, Lock } from 'lucide-react';
import { useState } from 'react';
import { type ShareLink } from '@/lib/model/share-link';
import { cn } from '@/app/_ui/cn';
import { useNewMark } from '@/app/_ui/new-mark';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Input } from '@/app/_ui/primitives/field';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { formatDateTime, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';

/** The links of a run: when made, until when, how often opened; to copy and to end. */
export function ShareList({
  links,
  created,
  onRevoke,
}: {
  links: readonly ShareLink[] | null;
  created: string | null;
  onRevoke: (id: string) => Promise<void>;
}) {
  const t = useWords();
  return (
    <section className="border-t pt-4">
      <h3 className="mb-2 text-sm font-semibold">{t('share.links')}</h3>
      {links === null ? (
        <Skeleton className="h-16 w-full" />
      ) : links.length === 0 ? (
        <p className="text-sm text-muted-foreground">{t('share.noLinks')}</p>
      ) : (
        <ul className="space-y-3">
          {links.map((link) => (
            <ShareItem key={link.id} link={link} isNew={link.id === created} onRevoke={onRevoke} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ShareItem({
  link,
  isNew,
  onRevoke,
}: {
  link: ShareLink;
  isNew: boolean;
  onRevoke: (id: string) => Promise<void>;
}) {
  const t = useWords();
  const locale = useLocale();
  const { mark, ...marked } = useNewMark<HTMLLIElement>(isNew);
  const live = link.state === 'live';
  const facts = [
    <span key="created">
      {t('share.created')} <Time unixMs={link.createdAtMs} ago />{' '}
      {link.createdBy !== null && t('share.createdBy', { name: link.createdBy })}
    </span>,
    <span key="ends">
      {t('share.ends')} {link.expiresAtMs === null ? t('share.never') : <Time unixMs={link.expiresAtMs} />}
    </span>,
    <span key="opens">
      {link.lastOpenAtMs === null ? (
        t('share.neverOpened')
      ) : (
        <>
          {t('share.opens', { n: formatNumber(link.opens, locale) })}
          {t('common.comma')}
          {t('share.lastOpen')} <Time unixMs={link.lastOpenAtMs} ago />
        </>
      )}
    </span>,
  ];
  return (
    <li {...marked} data-share={link.state} className={cn('rounded-lg border p-3', mark)}>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={live ? 'info' : 'neutral'}>{t(`share.states.${link.state}`)}</Badge>
        {link.kind === 'comparison' && <Badge>{t('share.comparison')}</Badge>}
        {link.hasPassword && (
          <span className="inline-flex items-center gap-1 text-xs text-muted-foreground">
            <Lock aria-hidden className="size-3" />
            {t('share.protected')}
          </span>
        )}
        {link.title !== '' && <span className="min-w-0 truncate font-medium">{link.title}</span>}
      </div>
      {live && (
        <ShareAddress
          token={link.token}
          isNew={isNew}
          created={formatDateTime(link.createdAtMs, locale)}
          onRevoke={() => onRevoke(link.id)}
        />
      )}
      <p className="mt-2 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted-foreground">{facts}</p>
    </li>
  );
}

function ShareAddress({
  token,
  isNew,
  created,
  onRevoke,
}: {
  token: string;
  isNew: boolean;
  created: string;
  onRevoke: () => Promise<void>;
}) {
  const t = useWords();
  const [copied, setCopied] = useState(false);
  const address = `${window.location.origin}/share/${token}`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(address).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <div className="mt-2 flex flex-wrap gap-2">
      {/* Where the page may not write to the clipboard, the address can be selected. */}
      <Input
        readOnly
        value={address}
        aria-label={t('share.address')}
        autoFocus={isNew}
        onFocus={(event) => event.currentTarget.select()}
        className="min-w-40 flex-1 font-mono text-xs"
      />
      <Button onClick={() => void copy()}>
        {copied ? <Check /> : <Copy />}
        {copied ? t('share.copied') : t('share.copy')}
      </Button>
      <Button
        variant="danger"
        aria-label={t('share.revokeLink', { created })}
        onClick={() => void onRevoke()}
      >
        {t('share.revoke')}
      </Button>
    </div>
  );
}
