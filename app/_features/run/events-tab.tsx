'use client';

import { useState } from 'react';
import { type ExpectedScaleEvent, type ObservedScaleEvent } from '@/lib/timeline/scale-events';
import { type LagPart } from '@/lib/model/lag-part';
import { mostOfLag, type LagParts } from '@/lib/timeline/lag-parts';
import { useClock } from '@/app/_ui/charts/clock';
import { incidentWith } from '@/app/_ui/charts/lane-incidents';
import { type Message } from '@/lib/model/message';
import { revisionMessage, revisionSentences } from '@/lib/timeline/revision-story';
import { shortRevision, type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { IncidentTable } from '@/app/_ui/incidents/incident-table';
import { Badge } from '@/app/_ui/primitives/badge';
import { addingUp } from '@/lib/statistics/adding-up';
import { formatClock, formatMs, stepOfMs } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { outcomeOf, outcomeTones, outcomeWord } from './outcome';
import { partLooks } from '@/app/_ui/incidents/part-looks';
import { Pager } from './pager';
import { Cell, Table } from '@/app/_ui/table';

/** A page is drawn at once; an hour can have hundreds of events. */
const pageSize = 50;

interface Row {
  id: string;
  sortMs: number;
  revision: string | null;
  /** A rollout or a split, in words, instead of a scale event. */
  told: Message | null;
  due: { atMs: number; from: number; to: number } | null;
  seen: { atMs: number; from: number; to: number; completeMs: number | null } | null;
  lag: { decideMs: number | null; actMs: number | null; startMs: number | null; totalMs: number | null };
  /** Instead of a change of the pods' number. */
  pod: string | null;
  /** When the cluster's own autoscaler decided it. */
  decidedMs: number | null;
  /** The part of the lag that took the most. */
  most: { part: LagPart; ms: number } | null;
}

const noWord = { decidedMs: null, most: null };
const noLag = { decideMs: null, actMs: null, startMs: null, totalMs: null };

function rowsOf({ correlation: c }: ChartModel): Row[] {
  const scale = { told: null } as const;
  const due = (event: ExpectedScaleEvent): Row => ({
    id: event.id,
    sortMs: event.atMs,
    revision: event.revision ?? null,
    ...scale,
    due: event,
    seen: null,
    lag: noLag,
    pod: null,
    decidedMs: c.decidedMs[event.id] ?? null,
    most: null,
  });
  const seen = (event: ObservedScaleEvent): Row => ({
    id: event.id,
    sortMs: event.atMs,
    revision: event.revision ?? null,
    ...scale,
    due: null,
    seen: event,
    lag: noLag,
    pod: null,
    ...noWord,
  });
  const rows: Row[] = [
    ...c.matched.map(({ expected, observed, further, doneMs, lag }): Row => ({
      id: expected.id,
      sortMs: Math.min(expected.atMs, observed.atMs),
      revision: expected.revision ?? null,
      ...scale,
      due: expected,
      seen: { ...observed, to: further.at(-1)?.to ?? observed.to, completeMs: doneMs },
      lag,
      pod: null,
      decidedMs: c.decidedMs[expected.id] ?? null,
      most: mostOf(c.lagParts[expected.id]),
    })),
    ...[...c.missed, ...c.superseded, ...c.met].map(due),
    ...[...c.unexpected, ...c.corrections].map(seen),
    ...c.losses.map(({ id, atMs, pod, readyMs, revision = null }): Row => ({
      id,
      sortMs: atMs,
      revision,
      ...scale,
      due: null,
      seen: { atMs, from: 0, to: 0, completeMs: readyMs },
      lag: { ...noLag, totalMs: readyMs === null ? null : readyMs - atMs },
      pod,
      ...noWord,
    })),
    ...revisionSentences(c).map((sentence): Row => ({
      id: sentence.eventId ?? '',
      sortMs: sentence.range?.fromMs ?? 0,
      revision: null,
      told: revisionMessage(sentence),
      due: null,
      seen: null,
      lag: noLag,
      pod: null,
      ...noWord,
    })),
  ];
  return rows.sort((a, b) => a.sortMs - b.sortMs);
}

/** Act and start as they add up to the lag beside them. */
function stepsOf({ actMs, startMs, totalMs }: Row['lag']): Pick<Row['lag'], 'actMs' | 'startMs'> {
  if (actMs === null || startMs === null || totalMs === null) return { actMs, startMs };
  const [act = actMs, start = startMs] = addingUp([actMs, startMs], totalMs, stepOfMs(totalMs));
  return { actMs: act, startMs: start };
}

function mostOf(lag: LagParts | undefined): Row['most'] {
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
  const clock = useClock(view, model.run);
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
      {incidents.length === 0 ? (
        <p className="text-muted-foreground">{t('incidentPage.none')}</p>
      ) : (
        <IncidentTable
          incidents={incidents}
          tell={(atMs) => clock.tell(atMs, true)}
          isOpen={(id) => whole || openIds.includes(id)}
          onToggle={toggle}
        >
          {({ eventIds }) => {
            const own = rows.filter(({ id }) => eventIds.includes(id));
            return (
              own.length > 0 && (
                <section className="mt-5">
                  <h3 className="mb-2 text-xs font-medium text-muted-foreground">
                    {t('incidentPage.events')}
                  </h3>
                  <EventsTable rows={own} model={model} view={view} whole={whole} />
                </section>
              )
            );
          }}
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
  const say = useSay();
  const locale = useLocale();
  // Recordings without the cluster's own word look as before.
  const isDecidedKnown = model.correlation.decided.length > 0;
  const isByRevision = rows.some(({ revision }) => revision !== null);
  const isSplitKnown = Object.keys(model.correlation.lagParts).length > 0;
  const selected = useStore(view.selected);
  const [turned, setTurned] = useState<{ page: number; selected: string | null }>({
    page: 0,
    selected: null,
  });
  const ms = (value: number | null): string => formatMs(value, locale);
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
          ...(isByRevision ? [{ label: t('revisions.revision') }] : []),
          { label: t('events.pods') },
          ...(isDecidedKnown ? [{ label: t('lag.decidedAt'), numeric: true }] : []),
          { label: t('events.observed'), numeric: true },
          { label: `${t('events.pods')} ` },
          { label: t('events.complete'), numeric: true },
          { label: t('events.act'), numeric: true },
          { label: t('events.start'), numeric: true },
          { label: t('events.lag'), numeric: true },
          ...(isSplitKnown ? [{ label: t('lag.where') }] : []),
          { label: t('events.outcome') },
        ]}
      >
        {(whole ? rows : rows.slice(current * pageSize, (current + 1) * pageSize)).map(
          ({ id, revision, told, sortMs, due, seen, lag, pod, decidedMs, most }) =>
            told !== null ? (
              <tr
                key={id}
                data-revision-row
                aria-selected={selected === id}
                onClick={() => view.selected.set(id)}
                className="cursor-pointer hover:bg-muted/60 aria-selected:bg-muted"
              >
                <Cell />
                <Cell numeric>
                  <button type="button" className="underline decoration-border-strong underline-offset-4">
                    {formatClock(sortMs, true)}
                  </button>
                </Cell>
                <Cell
                  colSpan={8 + [isByRevision, isDecidedKnown, isSplitKnown].filter(Boolean).length}
                  className="whitespace-normal text-info"
                >
                  {say(told)}
                </Cell>
              </tr>
            ) : (
              <tr
                key={id}
                aria-selected={selected === id}
                onClick={() => view.selected.set(id)}
                className="cursor-pointer hover:bg-muted/60 aria-selected:bg-muted"
              >
                <Cell numeric>{ms(lag.decideMs)}</Cell>
                <Cell numeric>
                  <button type="button" className="underline decoration-border-strong underline-offset-4">
                    {due ? formatClock(due.atMs, true) : seen ? '–' : ''}
                  </button>
                </Cell>
                {isByRevision && (
                  <Cell className="max-w-40 truncate font-mono text-xs" title={revision ?? undefined}>
                    {revision === null ? '–' : shortRevision(revision, model.run.service.name)}
                  </Cell>
                )}
                <Cell className="tabular font-medium">
                  {due ? t('events.change', { from: due.from, to: due.to }) : '–'}
                </Cell>
                {isDecidedKnown && (
                  <Cell numeric>{decidedMs === null ? '–' : formatClock(decidedMs, true)}</Cell>
                )}
                <Cell numeric>{seen ? formatClock(seen.atMs, true) : '–'}</Cell>
                <Cell className="tabular max-w-52 truncate font-medium" title={pod ?? undefined}>
                  {pod !== null ? (
                    <span className="font-mono text-xs font-normal">…{pod.slice(-14)}</span>
                  ) : seen ? (
                    t('events.change', { from: seen.from, to: seen.to })
                  ) : (
                    '–'
                  )}
                </Cell>
                <Cell numeric>
                  {seen?.completeMs === undefined || seen.completeMs === null
                    ? '–'
                    : formatClock(seen.completeMs, true)}
                </Cell>
                <Cell numeric>{ms(stepsOf(lag).actMs)}</Cell>
                <Cell numeric>{ms(stepsOf(lag).startMs)}</Cell>
                <Cell numeric className="font-semibold">
                  {lag.totalMs !== null && lag.totalMs < 0
                    ? t('events.early', { time: ms(-lag.totalMs) })
                    : ms(lag.totalMs)}
                </Cell>
                {isSplitKnown && (
                  <Cell className="whitespace-nowrap">
                    {most ? (
                      <span className="flex items-center gap-1.5">
                        <span
                          aria-hidden
                          className={`size-2 shrink-0 rounded-full ${partLooks[most.part]}`}
                        />
                        {t('lag.whereText', { time: ms(most.ms), part: t(`lag.parts.${most.part}`) })}
                      </span>
                    ) : (
                      '–'
                    )}
                  </Cell>
                )}
                <Cell>
                  <OutcomeBadge model={model} id={id} />
                </Cell>
              </tr>
            ),
        )}
      </Table>
    </div>
  );
}

export function OutcomeBadge({ model, id }: { model: ChartModel; id: string }) {
  const t = useWords();
  const outcome = outcomeOf(model.correlation, id);
  return outcome && <Badge tone={outcomeTones[outcome]}>{outcomeWord(t, outcome)}</Badge>;
}
