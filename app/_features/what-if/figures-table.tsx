'use client';

import { type ReplayFigures, type ShownFigure } from '@/lib/whatif';
import { type WhatIfResult } from '@/lib/whatif/shapes';
import { formatLength, formatMs, formatNumber, formatShare } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { type Messages, type Words } from '@/lib/words/words';
import { cn } from '@/app/_ui/cn';
import { Cell, Table } from '@/app/_ui/table';

interface Row {
  key: Exclude<keyof Messages['whatif']['table'], 'hint'>;
  value: (figures: ReplayFigures) => number;
  text: (value: number, locale: Locale, t: Words) => string;
  hint?: 'underCapacitySeconds' | 'coldStarts' | 'podSeconds' | 'cost' | 'waits';
  /** What it is judged by where that is not the figure itself: more may wait of more that are served. Null: by nothing. */
  judgedBy?: ((figures: ReplayFigures) => number) | null;
  /** Its share of all, beside it. */
  share?: (figures: ReplayFigures) => number;
}

const askedOf = (f: ReplayFigures): number => f.requests + f.stillWaiting;
const waitedShare = (f: ReplayFigures): number => (askedOf(f) > 0 ? f.waitedRequests / askedOf(f) : 0);

const count = (value: number, locale: Locale): string => formatNumber(Math.round(value), locale);
const rows: readonly Row[] = [
  { key: 'requests', value: (f) => f.requests, text: count, judgedBy: null },
  {
    key: 'underCapacitySeconds',
    value: (f) => f.underCapacitySeconds * 1000,
    text: (value, _locale, t) => formatLength(value, t),
    hint: 'underCapacitySeconds',
  },
  {
    key: 'waitedRequests',
    value: (f) => f.waitedRequests,
    text: count,
    judgedBy: waitedShare,
    share: waitedShare,
  },
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

/** A figure that the run tells too, as the table writes it. */
export function shownText(key: ShownFigure['key'], value: number, locale: Locale, t: Words): string {
  const row = rows.find((one) => one.key === key)!;
  return row.text(key === 'underCapacitySeconds' ? value * 1000 : value, locale, t);
}

/**
 * What was observed and what both settings mean, side by side with the difference; every figure is better the less it
 * is, those that are a part of all that was served by their share of it.
 */
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

  const shown = result.fidelity?.shown ?? [];
  const after = changed ? result.replay?.figures : undefined;
  return (
    <section className="panel min-w-0">
      <h2 className="px-4 pt-3 text-sm font-semibold">{t('whatif.table.title')}</h2>
      <Table
        label={t('whatif.table.title')}
        caption={t('whatif.table.caption')}
        className="mt-1 pb-1"
        head={[
          { label: t('whatif.table.figure'), className: 'px-4' },
          ...(shown.length > 0 ? [{ label: t('whatif.table.observed'), numeric: true }] : []),
          { label: t('whatif.table.own'), numeric: true },
          { label: t('whatif.table.changed'), numeric: true },
          { label: t('whatif.table.difference'), numeric: true, className: 'pr-4' },
        ]}
      >
        {rows
          .filter(({ key }) => key !== 'cost' || priced)
          .map(({ key, value, text, hint, judgedBy = value, share }) => {
            const before = value(result.own.figures);
            const now = after && value(after);
            const difference = now === undefined ? undefined : now - before;
            const told = shown.find((figure) => figure.key === key);
            const worse = judgedBy && after ? Math.sign(judgedBy(after) - judgedBy(result.own.figures)) : 0;
            const withShare = (said: string, figures: ReplayFigures): string =>
              share ? t('common.aside', { text: said, aside: formatShare(share(figures), locale) }) : said;
            const same = difference !== undefined && text(now!, locale, t) === text(before, locale, t);
            return (
              <tr key={key} data-figure={key}>
                <Cell
                  heads
                  className="px-4"
                  title={hint && t(`whatif.table.hint.${hint}`, { unit: result.demand.unit })}
                >
                  {t(`whatif.table.${key}`, { unit: result.demand.unit })}
                </Cell>
                {shown.length > 0 && (
                  <Cell numeric className="text-muted-foreground">
                    {told ? shownText(told.key, told.observed, locale, t) : '–'}
                  </Cell>
                )}
                <Cell numeric>{withShare(text(before, locale, t), result.own.figures)}</Cell>
                <Cell numeric className="font-medium">
                  {after === undefined ? '–' : withShare(text(value(after), locale, t), after)}
                </Cell>
                <Cell
                  numeric
                  className={cn(
                    'pr-4',
                    same || worse === 0
                      ? 'text-muted-foreground'
                      : worse < 0
                        ? 'text-success'
                        : 'text-danger',
                  )}
                >
                  {difference === undefined
                    ? '–'
                    : same
                      ? t('whatif.table.same')
                      : `${difference < 0 ? '▼ −' : '▲ +'}${text(Math.abs(difference), locale, t)}`}
                </Cell>
              </tr>
            );
          })}
      </Table>
    </section>
  );
}
