'use client';

import { useState, useSyncExternalStore } from 'react';
import { Input, Select } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';
import { sinceSchema, type RunsQuery } from './runs-query';

const nothing = (): (() => void) => () => undefined;

/** When runs were asked for: a span that ends now, or days of the reader's own calendar. */
export function DateFilter({ query, go }: { query: RunsQuery; go: (change: Partial<RunsQuery>) => void }) {
  const t = useWords();
  const dated = query.fromMs !== undefined || query.toMs !== undefined;
  const [choosing, setChoosing] = useState(dated);
  // Only the browser knows the reader's zone.
  const known = useSyncExternalStore(
    nothing,
    () => true,
    () => false,
  );

  const showDays = dated || (choosing && query.since === undefined);
  const choose = (value: string): void => {
    setChoosing(value === 'days');
    if (value !== 'days')
      go({ since: sinceSchema.safeParse(value).data, fromMs: undefined, toMs: undefined });
    else if (query.since) go({ since: undefined });
  };
  return (
    <>
      <Select
        className="w-[calc(50%-0.25rem)] sm:w-40"
        aria-label={t('history.dates.label')}
        value={showDays ? 'days' : (query.since ?? '')}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{t('history.dates.any')}</option>
        {sinceSchema.options.map((since) => (
          <option key={since} value={since}>
            {t(`history.dates.since.${since}`)}
          </option>
        ))}
        <option value="days">{t('history.dates.days')}</option>
      </Select>
      {showDays && (
        <div className="flex flex-wrap items-center gap-2">
          <Input
            type="date"
            className="w-38"
            aria-label={t('history.dates.from')}
            value={known ? dayOf(query.fromMs) : ''}
            max={known ? dayOf(query.toMs, -1) : undefined}
            onChange={(event) => go({ since: undefined, fromMs: startOf(event.target.value) })}
          />
          <span aria-hidden className="text-muted-foreground">
            –
          </span>
          <Input
            type="date"
            className="w-38"
            aria-label={t('history.dates.to')}
            value={known ? dayOf(query.toMs, -1) : ''}
            min={known ? dayOf(query.fromMs) : undefined}
            onChange={(event) => go({ since: undefined, toMs: startOf(event.target.value, 1) })}
          />
        </div>
      )}
    </>
  );
}

/** The local day of a moment, `shiftMs` aside, as a date input writes it. */
function dayOf(unixMs: number | undefined, shiftMs = 0): string {
  if (unixMs === undefined) return '';
  const date = new Date(unixMs + shiftMs);
  return Number.isNaN(date.getTime())
    ? ''
    : `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

/** When a local day begins, `days` later; undefined for no day. */
function startOf(day: string, days = 0): number | undefined {
  const [year, month, date] = day.split('-').map(Number);
  return year === undefined || month === undefined || date === undefined || day === ''
    ? undefined
    : new Date(year, month - 1, date + days).getTime();
}
