'use client';

import { type ComparedEvent, type Comparison } from '@/lib/comparing/comparison';
import { Badge, type Tone } from '@/app/_ui/primitives/badge';
import { formatClock, formatMs } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { RunTable } from './run-table';

const tones: Record<ComparedEvent['outcome'], Tone> = {
  matched: 'success',
  missed: 'danger',
  superseded: 'neutral',
  unexpected: 'warning',
};

/** The first scale event of each run beside the others' first, the second beside the second, each with its lag. */
export function EventsTable({ comparison: { runs } }: { comparison: Comparison }) {
  const t = useWords();

  const rows = Math.max(0, ...runs.map(({ events }) => events.length));
  return (
    <section aria-label={t('compare.events.title')} className="panel">
      <h2 className="px-3 pt-3 pb-2 text-[15px] font-semibold sm:px-4">{t('compare.events.title')}</h2>
      {rows === 0 ? (
        <p className="px-4 pb-5 text-sm text-muted-foreground">{t('compare.events.none')}</p>
      ) : (
        <RunTable
          label={t('compare.events.title')}
          first={t('compare.events.nth')}
          runs={runs}
          className="max-h-[32rem]"
        >
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row} data-events={row + 1}>
              <th
                scope="row"
                className="tabular px-3 py-2 text-left align-top font-normal text-muted-foreground sm:px-4"
              >
                {row + 1}
              </th>
              {runs.map((run) => (
                <td key={run.id} className="min-w-52 px-3 py-2 align-top">
                  {run.events[row] ? (
                    <EventCell event={run.events[row]} />
                  ) : (
                    <span className="text-muted-foreground">{t('compare.events.noEvent')}</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </RunTable>
      )}
    </section>
  );
}

function EventCell({ event: { due, seen, lag, outcome } }: { event: ComparedEvent }) {
  const t = useWords();
  const locale = useLocale();

  const one = (due ?? seen)!;
  const size = (ms: number): string =>
    ms < 0 ? t('events.ahead', { time: formatMs(-ms, locale) }) : formatMs(ms, locale);
  return (
    <div className="tabular space-y-0.5">
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{t('events.change', { from: one.from, to: one.to })}</span>
        <span className="text-xs text-muted-foreground">
          {t(`events.${due ? 'expectedShort' : 'observedShort'}`)} {formatClock(one.atMs, true)}
        </span>
        {outcome !== 'matched' && <Badge tone={tones[outcome]}>{t(`events.${outcome}`)}</Badge>}
      </p>
      {lag && (
        <p className="text-xs text-muted-foreground">
          <span className="font-medium text-foreground">
            {lag.totalMs === null
              ? t('compare.events.never')
              : t('compare.events.lag', { time: size(lag.totalMs) })}
          </span>
          {lag.startMs !== null && (
            <>
              {' '}
              ·{' '}
              {t('compare.events.split', {
                act: lag.actMs === null ? '–' : size(lag.actMs),
                start: formatMs(lag.startMs, locale),
              })}
            </>
          )}
        </p>
      )}
    </div>
  );
}
