'use client';

import { type ReplayFigures } from '@/lib/whatif';
import { type WhatIfResult } from '@/lib/whatif/shapes';
import { formatLength, formatMs, formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { type Messages, type Words } from '@/lib/words/words';
import { cn } from '@/app/_ui/cn';

interface Row {
  key: Exclude<keyof Messages['whatif']['table'], 'hint'>;
  value: (figures: ReplayFigures) => number;
  text: (value: number, locale: Locale, t: Words) => string;
  hint?: 'underCapacitySeconds' | 'coldStarts' | 'podSeconds' | 'cost' | 'waits';
}

const count = (value: number, locale: Locale): string => formatNumber(Math.round(value), locale);
const rows: readonly Row[] = [
  {
    key: 'underCapacitySeconds',
    value: (f) => f.underCapacitySeconds * 1000,
    text: (value, _locale, t) => formatLength(value, t),
    hint: 'underCapacitySeconds',
  },
  { key: 'waitedRequests', value: (f) => f.waitedRequests, text: count },
  { key: 'p50', value: (f) => f.waitMs.p50, text: formatMs, hint: 'waits' },
  { key: 'p95', value: (f) => f.waitMs.p95, text: formatMs, hint: 'waits' },
  { key: 'p99', value: (f) => f.waitMs.p99, text: formatMs, hint: 'waits' },
  { key: 'maxWaitMs', value: (f) => f.maxWaitMs, text: formatMs },
  { key: 'peakWaiting', value: (f) => f.peakWaiting, text: count },
  { key: 'stillWaiting', value: (f) => f.stillWaiting, text: count },
  { key: 'coldStarts', value: (f) => f.coldStarts, text: count, hint: 'coldStarts' },
  { key: 'podStarts', value: (f) => f.podStarts, text: count },
  { key: 'peakReadyPods', value: (f) => f.peakReadyPods, text: count },
  { key: 'podSeconds', value: (f) => f.podSeconds, text: count, hint: 'podSeconds' },
  {
    key: 'cost',
    value: (f) => f.cost,
    text: (value, locale) => formatNumber(value, locale, 4),
    hint: 'cost',
  },
];

/** What both settings mean, side by side with the difference; every figure is better the less it is. */
export function FiguresTable({
  result,
  changed,
  priced,
}: {
  result: WhatIfResult;
  changed: boolean;
  priced: boolean;
}) {
  const t = useWords();
  const locale = useLocale();

  const after = changed ? result.replay?.figures : undefined;
  const head = 'h-9 px-3 text-right font-medium whitespace-nowrap';
  return (
    <section className="panel min-w-0">
      <h2 className="px-4 pt-3 text-sm font-semibold">{t('whatif.table.title')}</h2>
      <div
        role="region"
        tabIndex={0}
        aria-label={t('whatif.table.title')}
        className="mt-1 overflow-x-auto pb-1"
      >
        <table className="w-full text-[13px]">
          <caption className="sr-only">{t('whatif.table.caption')}</caption>
          <thead>
            <tr className="border-b text-xs text-muted-foreground">
              <th scope="col" className="h-9 px-4 text-left font-medium">
                {t('whatif.table.figure')}
              </th>
              <th scope="col" className={head}>
                {t('whatif.table.own')}
              </th>
              <th scope="col" className={head}>
                {t('whatif.table.changed')}
              </th>
              <th scope="col" className={cn(head, 'pr-4')}>
                {t('whatif.table.difference')}
              </th>
            </tr>
          </thead>
          <tbody className="[&_tr]:border-b [&_tr:last-child]:border-0">
            {rows
              .filter(({ key }) => key !== 'cost' || priced)
              .map(({ key, value, text, hint }) => {
                const before = value(result.own.figures);
                const now = after && value(after);
                const difference = now === undefined ? undefined : now - before;
                const same = difference !== undefined && text(now!, locale, t) === text(before, locale, t);
                return (
                  <tr key={key} data-figure={key}>
                    <th
                      scope="row"
                      className="h-9 px-4 text-left font-normal"
                      title={hint && t(`whatif.table.hint.${hint}`)}
                    >
                      {t(`whatif.table.${key}`)}
                    </th>
                    <td className="tabular px-3 text-right whitespace-nowrap">{text(before, locale, t)}</td>
                    <td className="tabular px-3 text-right font-medium whitespace-nowrap">
                      {now === undefined ? '–' : text(now, locale, t)}
                    </td>
                    <td
                      className={cn(
                        'tabular px-3 pr-4 text-right whitespace-nowrap',
                        same || difference === undefined
                          ? 'text-muted-foreground'
                          : difference < 0
                            ? 'text-success'
                            : 'text-danger',
                      )}
                    >
                      {difference === undefined
                        ? '–'
                        : same
                          ? t('whatif.table.same')
                          : `${difference < 0 ? '▼ −' : '▲ +'}${text(Math.abs(difference), locale, t)}`}
                    </td>
                  </tr>
                );
              })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
