'use client';

import { useSyncExternalStore } from 'react';
import { formatAgo, formatDateTime, formatUtc } from '@/lib/words/format';
import { useLocale } from './words/provider';
import { clockMs, subscribeToClock } from './clock';

/** A moment in the reader's zone, with UTC on hover; `ago` tells how long since. Until the page's clock has started, as on the server, which does not know the zone, it is written in UTC. */
export function Time({
  unixMs,
  ago = false,
  className,
}: {
  unixMs: number;
  ago?: boolean;
  className?: string;
}) {
  const locale = useLocale();
  const now = useSyncExternalStore(subscribeToClock, clockMs, () => null);
  const text =
    now === null
      ? formatUtc(unixMs)
      : ago && now - unixMs < 7 * 86_400_000
        ? formatAgo(unixMs, Math.max(now, unixMs), locale)
        : formatDateTime(unixMs, locale);
  const title =
    now === null || !ago ? formatUtc(unixMs) : `${formatDateTime(unixMs, locale)}\n${formatUtc(unixMs)}`;
  return (
    <time dateTime={new Date(unixMs).toISOString()} title={title} className={className}>
      {text}
    </time>
  );
}
