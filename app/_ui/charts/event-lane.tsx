'use client';

import { useDeferredValue, type ReactNode } from 'react';
import { cn } from '@/app/_ui/cn';
import { usePrinting } from '@/app/_ui/print';
import { momentIn, useClock } from './clock';
import { formatIncidentLength } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { barsHeight, IncidentBars } from './incident-bars';
import { incidentWith, isEventShown } from './lane-incidents';
import { laneItems, placeItems, type LaneItem } from './lane-items';
import { type ChartModel, type TimeRange } from './model';
import { shortRevision } from '@/lib/timeline/one-revision';
import { plotLeft, plotRight } from './axes';
import { revisionMarks, RevisionLine } from './revision-line';
import { useStore } from './store';
import { type ChartView } from './view';

/** Due in the upper half of a row, seen in the lower one: both can be hit when they fall on one moment. */
const rowHeight = 52;
const dueTop = 9;
const seenTop = 35;
/** Decided between the two. */
const decidedTop = 22;
const barTop = 18;
const barHeight = 8;
const mostRows = 4;
/** What the cluster's Events say, below the rows: a line each reason. */
const noteHeight = 15;
const mostNoteRows = 5;
const pixelsPerLetter = 6.4;

/**
 * The incidents on the charts' time axis, each as a bar. Below, of the one that is open, its scale events, as are those in
 * no incident: what was due and what was seen, joined by a line, and the lag as a bar between.
 */
export function EventLane({
  model,
  range,
  view,
  width,
}: {
  model: ChartModel;
  range: TimeRange;
  view: ChartView;
  width: number;
}) {
  const t = useWords();
  const locale = useLocale();
  const clock = useClock(view, model.run);
  const selected = useStore(view.selected);
  const openedByHand = useStore(view.opened);
  // Its place is kept at once; hundreds of events come after the charts, which would wait for their layout.
  const isAfterCharts = useDeferredValue(true, false);
  const isShown = usePrinting() || isAfterCharts;
  const plot = Math.max(1, width - plotLeft - plotRight);
  const x = (atMs: number): number => plotLeft + ((atMs - range.fromMs) / (range.toMs - range.fromMs)) * plot;
  const labelOf = ({ change, lagMs, kind, revision }: LaneItem): string => {
    const changed = change
      ? t('events.change', { from: change[0], to: change[1] })
      : t('review.outcome.lost');
    const words =
      revision === null ? changed : `${shortRevision(revision, model.run.service.name)}: ${changed}`;
    if (lagMs !== null)
      return `${words} · ${lagMs < 0 ? t('events.early', { time: formatIncidentLength(-lagMs, locale) }) : formatIncidentLength(lagMs, locale)}`;
    return kind === 'short'
      ? `${words} · ${t('review.outcome.short')}`
      : kind === 'missed'
        ? `${words} · ${t('events.missed')}`
        : words;
  };
  const { correlation } = model;
  const opened = openedIn(correlation, selected, openedByHand);
  const isShownEvent = isEventShown(correlation, opened);
  const hasBars = correlation.incidents.length > 0;
  const inView = laneItems(model)
    .filter((item) => item.toMs >= range.fromMs && item.fromMs <= range.toMs && isShownEvent(item.id))
    .map((item) => ({ item, label: labelOf(item) }));
  const rows = placeItems(
    inView.map(({ item, label }) => ({
      fromPx: x(item.fromMs),
      toPx: Math.min(x(item.toMs), plotLeft + plot),
      labelPx: label.length * pixelsPerLetter,
    })),
    mostRows,
  );
  const notes = correlation.notes.filter(({ fromMs, toMs }) => toMs >= range.fromMs && fromMs <= range.toMs);
  const items = inView.flatMap((one, i) => (rows[i] == null ? [] : [{ ...one, row: rows[i] }]));
  const leftOut = inView.length - items.length;
  const marks = revisionMarks(model, t, clock).filter(
    ({ fromMs, toMs }) => toMs >= range.fromMs && fromMs <= range.toMs,
  );
  const rowsTop = hasBars ? barsHeight : 0;
  const usedRows = Math.max(hasBars ? 0 : 1, ...items.map(({ row }) => row + 1));
  const rowsHeight = rowsTop + usedRows * rowHeight + 6;
  const reasons = [...new Set(notes.map(({ reason }) => reason))].slice(0, mostNoteRows);
  const lines = reasons.length + marks.length;
  const height = rowsHeight + lines * noteHeight + (lines > 0 ? 4 : 0);
  const events = new Map(
    [...model.correlation.expected, ...model.correlation.observed].map((event) => [event.id, event]),
  );

  const nameOf = (id: string): string => {
    const event = events.get(id);
    if (!event) {
      const loss = model.correlation.losses.find((one) => one.id === id);
      return loss ? `${t('review.outcome.lost')} ${clock.tell(loss.atMs, true)}` : '';
    }
    return t(event.kind === 'expected' ? 'events.expectedLabel' : 'events.observedLabel', {
      from: event.from,
      to: event.to,
      at: clock.tell(event.atMs, true),
    });
  };

  return (
    <div className="relative break-after-avoid" style={{ height }}>
      <span className="absolute top-1.5 left-0 w-[50px] text-right text-[11px] leading-tight text-muted-foreground">
        {t(hasBars ? 'incidentPage.lane' : 'charts.events')}
      </span>
      {leftOut > 0 && (
        <span
          title={t('incidentPage.zoomForMore', { n: leftOut })}
          className="absolute left-0 w-[50px] text-right text-[11px] leading-tight text-muted-foreground"
          style={{ top: rowsTop + 10 }}
        >
          {t('incidentPage.more', { n: leftOut })}
        </span>
      )}
      <div
        className="absolute inset-y-0 overflow-hidden"
        style={{ left: plotLeft - 8, right: plotRight - 8 }}
      >
        <div className="relative h-full" style={{ marginLeft: 8 - plotLeft, width }}>
          {isShown &&
            notes.map(({ reason, fromMs, toMs, objects, message }) => {
              const words = t('lag.note', {
                reason,
                ...momentIn(clock, fromMs),
                n: objects,
                text: message,
              });
              return (
                <span
                  key={`${reason} ${fromMs}`}
                  role="img"
                  aria-label={words}
                  title={words}
                  data-lane-note={reason}
                  className="absolute flex h-3.5 -translate-x-1.5 items-center gap-1 text-[10px] whitespace-nowrap text-warning"
                  style={{
                    left: x(Math.max(fromMs, range.fromMs)),
                    top: rowsHeight + Math.max(0, reasons.indexOf(reason)) * noteHeight,
                  }}
                >
                  <span
                    aria-hidden
                    className="h-2 min-w-2 rounded-full bg-warning/70"
                    style={{ width: Math.max(8, x(toMs) - x(Math.max(fromMs, range.fromMs))) }}
                  />
                  {reason}
                </span>
              );
            })}
          {isShown && hasBars && (
            <IncidentBars model={model} range={range} view={view} plot={plot} x={x} opened={opened} />
          )}
          {isShown &&
            marks.map((mark, i) => (
              <RevisionLine
                key={mark.id}
                mark={mark}
                range={range}
                x={x}
                endPx={plotLeft + plot}
                top={rowsHeight + (reasons.length + i) * noteHeight}
                active={selected === mark.id}
              />
            ))}
          {isShown &&
            items.map(({ item, label, row }) => {
              const top = 2 + rowsTop + row * rowHeight;
              const active = selected === item.id || item.observed.some(({ id }) => id === selected);
              const pick = (): void => view.selected.set(item.id);
              const endPx = Math.min(Math.max(x(item.toMs), x(item.fromMs)), plotLeft + plot);
              const room = plotLeft + plot - endPx - 9;
              const needed = label.length * pixelsPerLetter;
              return (
                <div key={item.id} data-lane-item={item.kind}>
                  <Lag item={item} x={x} top={top} width={width} active={active} />
                  {item.expectedMs !== null && (
                    <Marker
                      kind="expected"
                      look={item.kind}
                      left={x(item.expectedMs)}
                      top={top + dueTop}
                      active={active}
                      label={nameOf(item.id)}
                      onPick={pick}
                    />
                  )}
                  {item.decidedMs !== null && (
                    <Marker
                      kind="decided"
                      look={item.kind}
                      left={x(item.decidedMs)}
                      top={top + decidedTop}
                      active={active}
                      label={t('lag.decidedLabel', { at: clock.tell(item.decidedMs, true) })}
                    />
                  )}
                  {item.observed.map((one) =>
                    one.own ? (
                      <Marker
                        key={one.id}
                        kind={item.kind === 'lost' ? 'lost' : 'observed'}
                        look={item.kind}
                        left={x(one.atMs)}
                        top={top + seenTop}
                        active={active}
                        label={nameOf(one.id)}
                        onPick={pick}
                      />
                    ) : null,
                  )}
                  <span
                    aria-hidden
                    className={cn(
                      'tabular absolute rounded-sm bg-card/80 text-[11px] whitespace-nowrap',
                      item.kind === 'missed' || item.kind === 'short' || item.kind === 'lost'
                        ? 'text-danger'
                        : 'text-muted-foreground',
                    )}
                    style={
                      room < needed && endPx - needed > plotLeft
                        ? { left: plotLeft + plot - needed, top: top + barTop - 4 }
                        : { left: endPx + 9, top: top + barTop - 4 }
                    }
                  >
                    {label}
                  </span>
                </div>
              );
            })}
        </div>
      </div>
    </div>
  );
}

/** The incidents whose events are shown: the one that was opened, and that of what is selected. */
function openedIn(
  correlation: ChartModel['correlation'],
  ...ids: readonly (string | null)[]
): ReadonlySet<string> {
  return new Set(ids.flatMap((id) => incidentWith(correlation, id)?.id ?? []));
}

/** From the due marker to the bar, along it, and to each seen marker: what belongs together is one figure. */
function Lag({
  item,
  x,
  top,
  width,
  active,
}: {
  item: LaneItem;
  x: (atMs: number) => number;
  top: number;
  width: number;
  active: boolean;
}) {
  const bad = item.kind === 'missed' || item.kind === 'short' || item.kind === 'lost';
  const middle = barTop + barHeight / 2;
  return (
    <svg
      aria-hidden
      className="pointer-events-none absolute left-0 overflow-visible"
      style={{ top }}
      width={width}
      height={rowHeight}
    >
      {item.bar && (
        <rect
          x={x(item.bar.fromMs)}
          y={barTop}
          width={Math.max(2, x(item.bar.toMs) - x(item.bar.fromMs))}
          height={barHeight}
          rx={2}
          className={cn(
            bad ? 'fill-danger/15 stroke-danger/60' : 'fill-data-expected/20 stroke-data-expected/60',
            active && (bad ? 'fill-danger/40' : 'fill-data-expected/45'),
          )}
          strokeDasharray={item.kind === 'missed' ? '3 2' : undefined}
        />
      )}
      {item.expectedMs !== null && item.bar && (
        <path
          d={`M${x(item.expectedMs)} ${dueTop}V${middle}`}
          className={bad ? 'stroke-danger' : 'stroke-data-expected'}
          strokeWidth={1.5}
        />
      )}
      {item.expectedMs !== null &&
        item.observed.map(({ id, atMs }) => (
          <path
            key={id}
            data-join
            d={`M${x(item.expectedMs!)} ${middle}L${x(atMs)} ${seenTop}`}
            className={bad ? 'stroke-danger' : 'stroke-data-expected'}
            strokeWidth={1.5}
            fill="none"
          />
        ))}
    </svg>
  );
}

function Marker({
  kind,
  look,
  left,
  top,
  active,
  label,
  onPick,
}: {
  kind: 'expected' | 'decided' | 'observed' | 'lost';
  look: LaneItem['kind'];
  left: number;
  top: number;
  active: boolean;
  label: string;
  /** None: it is read, and the markers beside it open the panel, so that each of these has room to be hit. */
  onPick?: () => void;
}): ReactNode {
  const Element = onPick ? 'button' : 'span';
  return (
    <Element
      {...(onPick ? { type: 'button' as const, onClick: onPick } : { role: 'img' })}
      aria-label={label}
      title={label}
      data-event={kind}
      className={cn(
        'absolute flex h-[18px] w-6 -translate-x-1/2 -translate-y-1/2 items-center justify-center rounded transition-transform',
        onPick ? 'hover:scale-125' : 'pointer-events-none',
        active && 'scale-125',
      )}
      style={{ left, top }}
    >
      <svg aria-hidden viewBox="0 0 12 12" className="size-3">
        {kind === 'expected' && (
          <path
            d="M1.2 2h9.6L6 10.4Z"
            className={cn(
              'fill-card',
              look === 'missed' || look === 'short'
                ? 'stroke-danger'
                : look === 'idle'
                  ? 'stroke-muted-foreground'
                  : 'stroke-data-expected',
            )}
            strokeWidth="1.8"
            strokeLinejoin="round"
          />
        )}
        {kind === 'decided' && (
          <path
            d="M6 1.2 10.8 6 6 10.8 1.2 6Z"
            className="fill-card stroke-data-decided"
            strokeWidth="1.8"
            strokeLinejoin="round"
          />
        )}
        {kind === 'observed' && (
          <path
            d="M1 10h10L6 1.4Z"
            className={cn('stroke-card', look === 'unexpected' ? 'fill-warning' : 'fill-data-observed')}
            strokeWidth="1"
            strokeLinejoin="round"
          />
        )}
        {kind === 'lost' && (
          <path d="M2 2l8 8M10 2l-8 8" className="stroke-danger" strokeWidth="2.4" strokeLinecap="round" />
        )}
      </svg>
    </Element>
  );
}
