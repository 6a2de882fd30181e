'use client';

import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { type TrendRun } from '@/lib/model/trend';
import { formatDateTime, formatDay, formatHour } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { momentsBetween, nearestOf, placesOf, type TrendAxis } from './trend-axis';
import { roundTicks } from './trend-figures';

const height = 176;
const top = 14;
const bottom = 24;
const left = 62;
const right = 18;

/** One figure run by run. The baseline is a diamond with its value as a dashed line, a regression of this figure a triangle. */
export function TrendChart({
  chartKey,
  title,
  runs,
  axis,
  chosenId,
  of,
  text,
  isFlagged,
  onChoose,
  onOpen,
}: {
  chartKey: string;
  title: string;
  runs: readonly TrendRun[];
  axis: TrendAxis;
  chosenId: string;
  of: (run: TrendRun) => number | null;
  text: (value: number, run?: TrendRun) => string;
  isFlagged: (run: TrendRun) => boolean;
  onChoose: (id: string) => void;
  onOpen: (id: string) => void;
}) {
  const t = useWords();
  const locale = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const values = runs.map(of);
  const ticks = roundTicks(Math.max(0, ...values.map((value) => value ?? 0)));
  const most = Math.max(ticks.at(-1)!, Number.MIN_VALUE);
  const plot = Math.max(1, width - left - right);
  const places = placesOf(runs, axis);
  const x = (i: number): number => left + places[i]! * plot;
  const y = (value: number): number => top + (1 - value / most) * (height - top - bottom);
  const chosen = runs.findIndex(({ id }) => id === chosenId);
  const baseline = runs.findIndex(({ isBaseline }) => isBaseline);
  const nearest = (event: PointerEvent): string => {
    const share = (event.clientX - (box.current?.getBoundingClientRect().left ?? 0) - left) / plot;
    return runs[nearestOf(places, share)]!.id;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: chosen - 1, ArrowRight: chosen + 1, Home: 0, End: runs.length - 1 }[event.key];
    if (event.key === 'Enter') onOpen(chosenId);
    else if (step === undefined) return;
    else if (runs[step]) onChoose(runs[step].id);
    event.preventDefault();
  };
  const line = values
    .map((value, i) =>
      value === null
        ? ''
        : `${i > 0 && values[i - 1] !== null ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`,
    )
    .join('');
  const [first, last] = [runs[0]!.startedAtMs, runs.at(-1)!.startedAtMs];
  const moments = axis === 'time' ? momentsBetween(first, last, plot / 110) : [];
  const marks =
    moments.length > 1
      ? moments.map(({ atMs, told }) => ({
          share: (atMs - first) / (last - first),
          label: told === 'day' ? formatDay(atMs, locale) : formatHour(atMs, locale, told === 'second'),
          anchor: 'middle' as const,
        }))
      : runs.length === 1 || plot <= 300
        ? [
            {
              share: places[0]!,
              label: formatDateTime(first, locale),
              anchor: runs.length === 1 ? ('middle' as const) : ('start' as const),
            },
          ]
        : [
            { share: 0, label: formatDateTime(first, locale), anchor: 'start' as const },
            { share: 1, label: formatDateTime(last, locale), anchor: 'end' as const },
          ];
  return (
    <figure
      data-trend={chartKey}
      className="min-w-0 border-b p-3 last:border-b-0 sm:px-4 lg:odd:border-r lg:nth-[n+5]:border-b-0"
    >
      <figcaption className="flex items-baseline justify-between gap-3 text-[13px] font-semibold">
        {title}
        <span className="tabular font-semibold">
          {values[chosen] === null || values[chosen] === undefined ? '–' : text(values[chosen], runs[chosen])}
        </span>
      </figcaption>
      <div
        ref={box}
        role="group"
        tabIndex={0}
        aria-label={`${t('trend.chart', { figure: title })}. ${t('trend.keys')}`}
        className="mt-1 cursor-pointer rounded"
        style={{ height }}
        onPointerMove={(event) => event.pointerType === 'mouse' && onChoose(nearest(event))}
        onClick={() => onOpen(chosenId)}
        onKeyDown={onKeyDown}
      >
        {width > 0 && (
          <svg aria-hidden width={width} height={height} className="block overflow-visible text-[11px]">
            {ticks.map((tick) => (
              <g key={tick}>
                <line x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} stroke="var(--data-grid)" />
                <text x={left - 8} y={y(tick) + 4} textAnchor="end" fill="var(--data-axis)">
                  {text(tick)}
                </text>
              </g>
            ))}
            {marks.map(({ share, label, anchor }) => (
              <text
                key={share}
                x={left + share * plot}
                y={height - 6}
                textAnchor={anchor}
                fill="var(--data-axis)"
              >
                {label}
              </text>
            ))}
            {baseline >= 0 && values[baseline] !== null && (
              <line
                x1={left}
                x2={width - right}
                y1={y(values[baseline]!)}
                y2={y(values[baseline]!)}
                stroke="var(--violet)"
                strokeDasharray="5 4"
              />
            )}
            {chosen >= 0 && (
              <line
                x1={x(chosen)}
                x2={x(chosen)}
                y1={top}
                y2={height - bottom}
                stroke="var(--border-strong)"
              />
            )}
            <path d={line} fill="none" stroke="var(--data-ok)" strokeWidth="1.5" />
            {runs.map((run, i) => {
              const value = values[i];
              return value === null || value === undefined ? null : (
                <Point
                  key={run.id}
                  run={run}
                  x={x(i)}
                  y={y(value)}
                  flagged={isFlagged(run)}
                  chosen={i === chosen}
                />
              );
            })}
          </svg>
        )}
      </div>
    </figure>
  );
}

function Point({
  run,
  x,
  y,
  flagged,
  chosen,
}: {
  run: TrendRun;
  x: number;
  y: number;
  flagged: boolean;
  chosen: boolean;
}) {
  const size = chosen ? 1.35 : 1;
  const shape = run.isBaseline ? 'M0-6 6 0 0 6-6 0Z' : flagged ? 'M0-6 6 5H-6Z' : null;
  return (
    <g
      transform={`translate(${x} ${y}) scale(${size})`}
      data-point={run.isBaseline ? 'baseline' : flagged ? 'regression' : 'run'}
    >
      {shape ? (
        <path d={shape} fill={run.isBaseline ? 'var(--violet)' : 'var(--danger)'} stroke="var(--card)" />
      ) : (
        <circle r="3.5" fill="var(--data-ok)" stroke="var(--card)" />
      )}
    </g>
  );
}
