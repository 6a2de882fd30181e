'use client';

import { useState } from 'react';
import { unitOf } from '@/lib/model/protocol';
import { scaleEventRows, startOf, type ScaleEventRow } from '@/lib/timeline/scale-event-rows';
import { type LagPart } from '@/lib/model/lag-part';
import { mostOfLag, type LagParts } from '@/lib/timeline/lag-parts';
import { useRunClock } from '@/app/_ui/charts/clock';
import { incidentWith } from '@/app/_ui/charts/lane-incidents';
import { type Message } from '@/lib/model/message';
import { revisionMessage, revisionSentences } from '@/lib/timeline/revision-story';
import { type ChartModel } from '@/app/_ui/charts/model';
import { shortRevision } from '@/lib/timeline/one-revision';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { IncidentEvents } from '@/app/_ui/incidents/incident-events';
import { IncidentTable } from '@/app/_ui/incidents/incident-table';
import { Badge } from '@/app/_ui/primitives/badge';
import { printedLag } from '@/lib/timeline/printed-lag';
import { formatIncidentLength } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { outcomeOf, outcomeTones, outcomeWord } from './outcome';
import { partLooks } from '@/app/_ui/incidents/part-looks';
import { Pager } from './pager';
import { RevisionsTable } from './revisions-table';
import { Cell, Table } from '@/app/_ui/table';

/** A page is drawn at once; an hour can have hundreds of events. */
const pageSize = 50;

/** A scale event; or a rollout or a split, in words. */
type Row = { id: string; atMs: number } & (
  { event: ScaleEventRow; told: null } | { event: null; told: Message }
);

function rowsOf({ correlation }: ChartModel): Row[] {
  const rows: Row[] = [
    ...scaleEventRows(correlation).map((event) => ({
      id: event.id,
      atMs: startOf(event),
      event,
      told: null,
    })),
    ...revisionSentences(correlation).map((sentence) => ({
      id: sentence.eventId ?? '',
      atMs: sentence.range?.fromMs ?? 0,
      event: null,
      told: revisionMessage(sentence),
    })),
  ];
  return rows.sort((a, b) => a.atMs - b.atMs);
}

/** The lag with act and start, as they are printed. */
function lagOf(event: ScaleEventRow): Pick<ScaleEventRow, 'actMs' | 'startMs' | 'totalMs'> {
  const { actMs, startMs } = event;
  const { totalMs, parts } = printedLag(startOf(event), { totalMs: event.totalMs, parts: [actMs, startMs] });
  return { actMs: parts[0] ?? null, startMs: parts[1] ?? null, totalMs };
}

/** The part of the lag that took the most. */
function mostOf(lag: LagParts | undefined): { part: LagPart; ms: number } | null {
  const sum = lag && mostOfLag([lag]);
  return sum ? { part: sum.most, ms: sum.mostMs } : null;
}

/**
 * The incidents, each with its scale events when it is open, and below them the events in none; in pages, unless the `whole` is
 * asked for, as on paper.
 */
export function EventsTab({
  model: store,
  view,
  whole = false,
}: {
  model: Store<ChartModel>;
  view: ChartView;
  whole?: boolean;
}) {
  const t = useWords();
  const model = useStore(store);
  const selected = useStore(view.selected);
  const opened = useStore(view.opened);
  const clock = useRunClock();
  const rows = rowsOf(model);
  const { correlation } = model;
  const { incidents } = correlation;
  if (rows.length === 0 && incidents.length === 0)
    return <p className="text-muted-foreground">{t('events.none')}</p>;

  const openIds = [opened, selected].map((id) => incidentWith(correlation, id)?.id);
  const outside = rows.filter(({ id }) => incidentWith(correlation, id) === null);
  const toggle = (id: string): void => {
    const isOpen = openIds.includes(id);
    view.opened.set(isOpen ? null : id);
    if (isOpen) view.selected.set(null);
  };
  return (
    <div className="space-y-6">
      <RevisionsTable correlation={correlation} />
      {incidents.length === 0 ? (
        <p className="text-muted-foreground">{t('incidentPage.none')}</p>
      ) : (
        <IncidentTable
          incidents={incidents}
          unit={unitOf(model.run.protocols)}
          tell={(atMs) => clock.tell(atMs, true)}
          isOpen={(id) => whole || openIds.includes(id)}
          onToggle={toggle}
        >
          {({ eventIds }) => (
            <IncidentEvents rows={rows} eventIds={eventIds}>
              {(own) => <EventsTable rows={own} model={model} view={view} whole={whole} />}
            </IncidentEvents>
          )}
        </IncidentTable>
      )}
      {outside.length > 0 && (
        <section>
          {incidents.length > 0 && (
            <h3 className="mb-2 text-xs font-medium text-muted-foreground">{t('incidentPage.outside')}</h3>
          )}
          <EventsTable rows={outside} model={model} view={view} whole={whole} />
        </section>
      )}
    </div>
  );
}

/** Which of the columns are shown that not every run has. */
interface Columns {
  decided: boolean;
  revision: boolean;
  split: boolean;
}

/** Expected against observed scale events, each with its lag split. */
function EventsTable({
  rows,
  model,
  view,
  whole,
}: {
  rows: readonly Row[];
  model: ChartModel;
  view: ChartView;
  whole: boolean;
}) {
  const t = useWords();
  const clock = useRunClock();
  const say = useSay();
  // Recordings without the cluster's own word, or of one revision, look as before.
  const columns: Columns = {
    decided: model.correlation.decided.length > 0,
    revision: rows.some(({ event }) => event?.revision != null),
    split: Object.keys(model.correlation.lagParts).length > 0,
  };
  const selected = useStore(view.selected);
  const [turned, setTurned] = useState<{ page: number; selected: string | null }>({
    page: 0,
    selected: null,
  });
  const pages = whole ? 1 : Math.ceil(rows.length / pageSize);
  // An event that is chosen in the charts is on the page that is shown, until another page is turned to.
  const chosen = selected === turned.selected ? -1 : rows.findIndex(({ id }) => id === selected);
  const current = Math.min(chosen < 0 ? turned.page : Math.floor(chosen / pageSize), pages - 1);
  return (
    <div>
      <div className="mb-3 flex text-sm text-muted-foreground empty:hidden">
        <Pager current={current} pages={pages} onPage={(page) => setTurned({ page, selected })} />
      </div>
      <Table
        label={t('tabs.events')}
        head={[
          { label: t('events.decide'), numeric: true },
          { label: t('events.expected'), numeric: true },
          ...(columns.revision ? [{ label: t('revisions.revision') }] : []),
          { label: t('events.pods') },
          ...(columns.decided ? [{ label: t('lag.decidedAt'), numeric: true }] : []),
          { label: t('events.observed'), numeric: true },
          { label: `${t('events.pods')} ` },
          { label: t('events.complete'), numeric: true },
          { label: t('events.act'), numeric: true },
          { label: t('events.start'), numeric: true },
          { label: t('events.lag'), numeric: true },
          ...(columns.split ? [{ label: t('lag.where') }] : []),
          { label: t('events.outcome') },
        ]}
      >
        {(whole ? rows : rows.slice(current * pageSize, (current + 1) * pageSize)).map((row) => (
          <tr
            key={row.id}
            data-revision-row={row.told ? true : undefined}
            aria-selected={selected === row.id}
            onClick={() => view.selected.set(row.id)}
            className="cursor-pointer hover:bg-muted/60 aria-selected:bg-muted"
          >
            {row.event ? (
              <EventCells event={row.event} model={model} columns={columns} />
            ) : (
              <>
                <Cell />
                <Cell numeric>
                  <TimeButton>{clock.tell(row.atMs, true)}</TimeButton>
                </Cell>
                <Cell
                  colSpan={8 + Object.values(columns).filter(Boolean).length}
                  className="whitespace-normal text-info"
                >
                  {say(row.told)}
                </Cell>
              </>
            )}
          </tr>
        ))}
      </Table>
    </div>
  );
}

function EventCells({
  event,
  model,
  columns,
}: {
  event: ScaleEventRow;
  model: ChartModel;
  columns: Columns;
}) {
  const t = useWords();
  const locale = useLocale();
  const ms = (value: number | null): string => formatIncidentLength(value, locale);
  const { tell } = useRunClock();
  const clock = (atMs: number | null): string => (atMs === null ? '–' : tell(atMs, true));
  const { revision, pod, dueMs, seenMs } = event;
  const { actMs, startMs, totalMs } = lagOf(event);
  const most = mostOf(model.correlation.lagParts[event.id]);
  return (
    <>
      <Cell numeric>{ms(event.decideMs)}</Cell>
      <Cell numeric>
        <TimeButton>{clock(dueMs)}</TimeButton>
      </Cell>
      {columns.revision && (
        <Cell className="max-w-40 truncate font-mono text-xs" title={revision ?? undefined}>
          {revision === null ? '–' : shortRevision(revision, model.run.service.name)}
        </Cell>
      )}
      <Cell className="tabular font-medium">
        {dueMs === null ? '–' : t('events.change', { from: event.dueFrom ?? 0, to: event.dueTo ?? 0 })}
      </Cell>
      {columns.decided && <Cell numeric>{clock(event.decidedMs)}</Cell>}
      <Cell numeric>{clock(seenMs)}</Cell>
      <Cell className="tabular max-w-52 truncate font-medium" title={pod ?? undefined}>
        {pod !== null ? (
          <span className="font-mono text-xs font-normal">…{pod.slice(-14)}</span>
        ) : seenMs === null ? (
          '–'
        ) : (
          t('events.change', { from: event.seenFrom ?? 0, to: event.seenTo ?? 0 })
        )}
      </Cell>
      <Cell numeric>{clock(event.doneMs)}</Cell>
      <Cell numeric>{ms(actMs)}</Cell>
      <Cell numeric>{ms(startMs)}</Cell>
      <Cell numeric className="font-semibold">
        {totalMs !== null && totalMs < 0 ? t('events.early', { time: ms(-totalMs) }) : ms(totalMs)}
      </Cell>
      {columns.split && (
        <Cell className="whitespace-nowrap">
          {most ? (
            <span className="flex items-center gap-1.5">
              <span aria-hidden className={`size-2 shrink-0 rounded-full ${partLooks[most.part]}`} />
              {t('lag.whereText', { time: ms(most.ms), part: t(`lag.parts.${most.part}`) })}
            </span>
          ) : (
            '–'
          )}
        </Cell>
      )}
      <Cell>
        <OutcomeBadge model={model} id={event.id} />
      </Cell>
    </>
  );
}

/** A row's moment: what a keyboard opens it by. */
function TimeButton({ children }: { children: string }) {
  return (
    <button type="button" className="underline decoration-border-strong underline-offset-4">
      {children}
    </button>
  );
}

export function OutcomeBadge({ model, id }: { model: ChartModel; id: string }) {
  const t = useWords();
  const outcome = outcomeOf(model.correlation, id);
  return outcome && <Badge tone={outcomeTones[outcome]}>{outcomeWord(t, outcome)}</Badge>;
}
