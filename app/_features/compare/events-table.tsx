'use client';

import { type ComparedEvent, type Comparison } from '@/lib/comparing/comparison';
import { Badge, type Tone } from '@/app/_ui/primitives/badge';
import { printedLag } from '@/lib/timeline/printed-lag';
import { formatClock, formatIncidentLength } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Fragment } from 'react';
import { revisionsBeside } from './revisions-beside';
import { RevisionHead } from './revisions-table';
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

  const beside = revisionsBeside(runs);
  // By revision where several runs had several: the first event of one beside the first of the other.
  const groups = (beside ?? [null]).map((names) => {
    const events = runs.map((run, at) =>
      names === null ? run.events : run.events.filter(({ revision }) => revision === names[at]),
    );
    return { names, events, rows: Math.max(0, ...events.map(({ length }) => length)) };
  });
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
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
          {groups.map(({ names, events, rows: own }, group) => (
            <Fragment key={group}>
              {names && own > 0 && <RevisionHead names={names} />}
              {Array.from({ length: own }, (_, row) => (
                <tr key={row} data-events={row + 1}>
                  <th
                    scope="row"
                    className="tabular px-3 py-2 text-left align-top font-normal text-muted-foreground sm:px-4"
                  >
                    {row + 1}
                  </th>
                  {runs.map((run, at) => (
                    <td key={run.id} className="min-w-52 px-3 py-2 align-top">
                      {events[at]?.[row] ? (
                        <EventCell event={events[at][row]} isNamed={names === null} />
                      ) : (
                        <span className="text-muted-foreground">{t('compare.events.noEvent')}</span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </RunTable>
      )}
    </section>
  );
}

function EventCell({
  event: { revision, due, seen, lag, outcome },
  isNamed,
}: {
  event: ComparedEvent;
  /** Whether its revision is told here. */
  isNamed: boolean;
}) {
  const t = useWords();
  const locale = useLocale();

  const one = (due ?? seen)!;
  const printed = lag && printedLag(one.atMs, { totalMs: lag.totalMs, parts: [lag.actMs, lag.startMs] });
  const [actMs = null, startMs = null] = printed?.parts ?? [];
  const size = (ms: number): string =>
    ms < 0
      ? t('events.ahead', { time: formatIncidentLength(-ms, locale) })
      : formatIncidentLength(ms, locale);
  return (
    <div className="tabular space-y-0.5">
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{t('events.change', { from: one.from, to: one.to })}</span>
        <span className="text-xs text-muted-foreground">
          {t(`events.${due ? 'expectedShort' : 'observedShort'}`)} {formatClock(one.atMs, true)}
        </span>
        {isNamed && revision !== null && <span className="font-mono text-xs break-all">{revision}</span>}
        {outcome !== 'matched' && <Badge tone={tones[outcome]}>{t(`events.${outcome}`)}</Badge>}
      </p>
      {printed && (
        <p className="text-xs text-muted-foreground">
          <span className="font-medium text-foreground">
            {printed.totalMs === null
              ? t('compare.events.never')
              : t('compare.events.lag', { time: size(printed.totalMs) })}
          </span>
          {startMs !== null && (
            <>
              {' '}
              ·{' '}
              {t('compare.events.split', {
                act: actMs === null ? '–' : size(actMs),
                start: size(startMs),
              })}
            </>
          )}
        </p>
      )}
    </div>
  );
}
