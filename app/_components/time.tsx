'use client';

import { useSyncExternalStore } from 'react';
import { formatAgo, formatDateTime, formatUtc } from '../_i18n/format';
import { useLocale } from '../_i18n/provider';

const halfMinuteMs = 30_000;

/** One clock for all times on the page: they change together, twice a minute. */
function subscribe(onChange: () => void): () => void {
  const timer = setInterval(onChange, halfMinuteMs);
  return () => clearInterval(timer);
}
const nowInSteps = (): number => Math.ceil(Date.now() / halfMinuteMs) * halfMinuteMs;

/** A moment in the reader's zone, with UTC on hover; `ago` tells how long since. The server, which does not know the zone, writes UTC. */
export function Time({ unixMs, ago = false, className }: { unixMs: number; ago?: boolean; className?: string }) {
  const locale = useLocale();
  const now = useSyncExternalStore(subscribe, nowInSteps, () => null);
  const text = now === null ? formatUtc(unixMs) : ago && now - unixMs < 7 * 86_400_000 ? formatAgo(unixMs, Math.max(now, unixMs), locale) : formatDateTime(unixMs, locale);
  const title = now === null || !ago ? formatUtc(unixMs) : `${formatDateTime(unixMs, locale)}\n${formatUtc(unixMs)}`;
  return (
    <time dateTime={new Date(unixMs).toISOString()} title={title} className={className}>
      {text}
    </time>
  );
}
