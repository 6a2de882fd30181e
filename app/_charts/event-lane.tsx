'use client';

import { type ReactNode } from 'react';
import { cn } from '../_components/cn';
import { formatClock, formatMs } from '../_i18n/format';
import { useDictionary, useLocale } from '../_i18n/provider';
import { type ChartModel, type TimeRange } from './model';
import { plotLeft, plotRight } from './options';
import { useStore } from './store';
import { type ChartView } from './view';

interface LaneItem {
  id: string;
  fromMs: number;
  toMs: number;
  expectedMs: number | null;
  observedMs: number | null;
  completeMs: number | null;
  missed: boolean;
  label: string;
  /** The other event of the pair. */
  partner: string | null;
}

/** Due above the lag's bar, seen below it: both can be hit when they fall on one moment. */
const rowHeight = 42;
const barTop = 16;
const seenTop = 23;
const mostRows = 4;

/** Scale events on the charts' time axis: what was due, what was seen, and the lag between them as a bar. */
export function EventLane({ model, range, view, width }: { model: ChartModel; range: TimeRange; view: ChartView; width: number }) {
  const t = useDictionary();
  const locale = useLocale();
  const selected = useStore(view.selected);
  const plot = Math.max(1, width - plotLeft - plotRight);
  const x = (atMs: number): number => plotLeft + ((atMs - range.fromMs) / (range.toMs - range.fromMs)) * plot;
  const items = itemsOf(model, (from, to) => t.events.change(from, to), (ms) => formatMs(ms, locale)).filter((item) => item.toMs >= range.fromMs && item.fromMs <= range.toMs);
  const rows = assignRows(items, x);
  const height = Math.max(1, Math.min(mostRows, Math.max(0, ...rows) + 1)) * rowHeight + 8;

  return (
    <div className="relative" style={{ height }}>
      <span className="absolute top-3 left-0 w-[50px] text-right text-[11px] leading-tight text-muted-foreground">{t.charts.events}</span>
      <div className="absolute inset-y-0 overflow-hidden" style={{ left: plotLeft - 8, right: plotRight - 8 }}>
        <div className="relative h-full" style={{ marginLeft: 8 - plotLeft, width }}>
          {items.map((item, i) => {
            const top = 4 + Math.min(rows[i]!, mostRows - 1) * rowHeight;
            const active = selected === item.id || (item.partner !== null && selected === item.partner);
            const at = (ms: number): number => x(ms);
            return (
              <div key={item.id}>
                {item.expectedMs !== null && item.observedMs !== null && (
                  <span
                    aria-hidden
                    className={cn('absolute rounded-sm border-y border-r border-data-expected/50 bg-data-expected/15', active && 'bg-data-expected/35')}
                    style={{ left: at(item.fromMs), width: Math.max(2, at(item.toMs) - at(item.fromMs)), top: top + barTop, height: 8 }}
                  />
                )}
                {item.expectedMs !== null && (
                  <Marker kind="expected" left={at(item.expectedMs)} top={top - 1} active={active} missed={item.missed} label={labelOf(item.id)} onPick={() => view.selected.set(item.id)} />
                )}
                {item.observedMs !== null && (
                  <Marker kind="observed" left={at(item.observedMs)} top={top + seenTop} active={active} missed={item.expectedMs === null} label={labelOf(item.partner ?? item.id)} onPick={() => view.selected.set(item.partner ?? item.id)} />
                )}
                <span aria-hidden className="tabular absolute text-[11px] whitespace-nowrap text-muted-foreground" style={{ left: at(item.toMs) + 9, top: top + barTop - 5 }}>
                  {item.label}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );

  function labelOf(id: string): string {
    const event = [...model.correlation.expected, ...model.correlation.observed].find((one) => one.id === id);
    if (!event) return '';
    const words = event.kind === 'expected' ? t.events.expectedLabel : t.events.observedLabel;
    return words(event.from, event.to, formatClock(event.atMs, true));
  }
}

function Marker({ kind, left, top, active, missed, label, onPick }: { kind: 'expected' | 'observed'; left: number; top: number; active: boolean; missed: boolean; label: string; onPick: () => void }): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      data-event={kind}
      onClick={onPick}
      className={cn('absolute flex h-[18px] w-6 -translate-x-1/2 items-center justify-center rounded transition-transform hover:scale-125', active && 'scale-125')}
      style={{ left, top }}
    >
      <svg aria-hidden viewBox="0 0 12 12" className="size-3">
        {kind === 'expected' ? (
          <path d="M1.2 2h9.6L6 10.4Z" className={missed ? 'fill-card stroke-danger' : 'fill-card stroke-data-expected'} strokeWidth="1.8" strokeLinejoin="round" />
        ) : (
          <path d="M1 10h10L6 1.4Z" className={missed ? 'fill-muted-foreground stroke-card' : 'fill-data-observed stroke-card'} strokeWidth="1" strokeLinejoin="round" />
        )}
      </svg>
    </button>
  );
}

function itemsOf({ correlation, endMs }: ChartModel, change: (from: number, to: number) => string, ms: (value: number) => string): LaneItem[] {
  const items: LaneItem[] = correlation.matched.map(({ expected, observed, lag }) => ({
    id: expected.id,
    partner: observed.id,
    fromMs: Math.min(expected.atMs, observed.atMs),
    toMs: Math.max(expected.atMs, observed.completeMs ?? endMs),
    expectedMs: expected.atMs,
    observedMs: observed.atMs,
    completeMs: observed.completeMs,
    missed: false,
    label: `${change(expected.from, expected.to)} · ${lag.totalMs === null ? '…' : ms(lag.totalMs)}`,
  }));
  for (const event of correlation.missed) items.push({ ...point(event.id, event.atMs, change(event.from, event.to)), expectedMs: event.atMs, missed: true });
  for (const event of [...correlation.superseded, ...correlation.met]) items.push({ ...point(event.id, event.atMs, change(event.from, event.to)), expectedMs: event.atMs });
  for (const event of correlation.unexpected) items.push({ ...point(event.id, event.atMs, change(event.from, event.to)), observedMs: event.atMs, completeMs: event.completeMs });
  return items.sort((a, b) => a.fromMs - b.fromMs);
}

function point(id: string, atMs: number, label: string): LaneItem {
  return { id, partner: null, fromMs: atMs, toMs: atMs, expectedMs: null, observedMs: null, completeMs: null, missed: false, label };
}

/** The first row in which each item and its label have room. */
function assignRows(items: readonly LaneItem[], x: (atMs: number) => number): number[] {
  const ends: number[] = [];
  return items.map((item) => {
    const start = x(item.fromMs) - 8;
    const end = x(item.toMs) + 18 + item.label.length * 6.2;
    let row = ends.findIndex((used) => used <= start);
    if (row < 0) row = ends.length;
    ends[row] = end;
    return row;
  });
}
