'use client';

import { type ComparedEvent, type Comparison } from '@/lib/report/comparison';
import { Badge, type Tone } from '../../_components/ui/badge';
import { formatClock, formatMs } from '../../_i18n/format';
import { useDictionary, useLocale } from '../../_i18n/provider';
import { RunSign } from './look';

const tones: Record<ComparedEvent['outcome'], Tone> = { matched: 'success', missed: 'danger', superseded: 'neutral', unexpected: 'warning' };

/** The first scale event of each run beside the others' first, the second beside the second, each with its lag. */
export function EventsTable({ comparison: { runs } }: { comparison: Comparison }) {
  const t = useDictionary();
  const words = t.compare.events;
  const rows = Math.max(0, ...runs.map(({ events }) => events.length));
  return (
    <section aria-label={words.title} className="panel">
      <h2 className="px-3 pt-3 pb-2 text-[15px] font-semibold sm:px-4">{words.title}</h2>
      {rows === 0 ? (
        <p className="px-4 pb-5 text-sm text-muted-foreground">{words.none}</p>
      ) : (
        <div role="region" aria-label={words.title} tabIndex={0} className="max-h-[32rem] overflow-auto border-t">
          <table className="w-full text-[13px]">
            <thead className="sticky top-0 z-[1] bg-card">
              <tr className="border-b text-xs text-muted-foreground">
                <th scope="col" className="h-9 px-3 text-left font-medium sm:px-4">{words.nth}</th>
                {runs.map((run, i) => (
                  <th key={run.id} scope="col" className="h-9 px-3 text-left font-medium">
                    <span className="flex items-center gap-1.5">
                      <RunSign index={i} />
                      <span className="max-w-48 truncate" title={run.name}>{run.name}</span>
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="[&_tr]:border-b [&_tr:last-child]:border-0">
              {Array.from({ length: rows }, (_, row) => (
                <tr key={row} data-events={row + 1}>
                  <th scope="row" className="tabular px-3 py-2 text-left align-top font-normal text-muted-foreground sm:px-4">{row + 1}</th>
                  {runs.map((run) => (
                    <td key={run.id} className="min-w-52 px-3 py-2 align-top">
                      {run.events[row] ? <EventCell event={run.events[row]} /> : <span className="text-muted-foreground">{words.noEvent}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function EventCell({ event: { due, seen, lag, outcome } }: { event: ComparedEvent }) {
  const t = useDictionary();
  const locale = useLocale();
  const words = t.compare.events;
  const one = (due ?? seen)!;
  const size = (ms: number): string => (ms < 0 ? t.events.ahead(formatMs(-ms, locale)) : formatMs(ms, locale));
  return (
    <div className="tabular space-y-0.5">
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{t.events.change(one.from, one.to)}</span>
        <span className="text-xs text-muted-foreground">
          {t.events[due ? 'expectedShort' : 'observedShort']} {formatClock(one.atMs, true)}
        </span>
        {outcome !== 'matched' && <Badge tone={tones[outcome]}>{t.events[outcome]}</Badge>}
      </p>
      {lag && (
        <p className="text-xs text-muted-foreground">
          <span className="font-medium text-foreground">{lag.totalMs === null ? words.never : words.lag(size(lag.totalMs))}</span>
          {lag.startMs !== null && <> · {words.split(lag.actMs === null ? '–' : size(lag.actMs), formatMs(lag.startMs, locale))}</>}
        </p>
      )}
    </div>
  );
}
