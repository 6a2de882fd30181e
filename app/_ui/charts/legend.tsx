'use client';

import { cn } from '@/app/_ui/cn';
import { useWords } from '@/app/_ui/words/provider';
import { type LegendItem } from './series';
import { useStore } from './store';
import { Swatch } from './swatch';
import { toggleHidden, type ChartView } from './view';

/** The series of a chart; a click switches one off or on. */
export function Legend({
  items,
  view,
  className,
}: {
  items: readonly LegendItem[];
  view: ChartView;
  className?: string;
}) {
  const t = useWords();
  const hidden = useStore(view.hidden);
  return (
    <div className={cn('flex flex-wrap items-center gap-x-0.5', className)}>
      {items.map((item) => (
        <button
          key={item.key}
          type="button"
          aria-pressed={!hidden.has(item.key)}
          aria-label={t('charts.toggleSeries', { name: item.label })}
          onClick={() => toggleHidden(view, item.key)}
          className="flex min-h-6 items-center gap-1.5 rounded px-1.5 text-xs text-muted-foreground transition-opacity hover:text-foreground aria-[pressed=false]:line-through aria-[pressed=false]:opacity-50"
        >
          <Swatch colour={item.colour} shape={item.shape} />
          {item.label}
        </button>
      ))}
    </div>
  );
}

/** The signs of scale events. */
export function EventLegend({ decided, className }: { decided: boolean; className?: string }) {
  const t = useWords();
  return (
    <div className={cn('items-center gap-4 text-xs text-muted-foreground', className)}>
      <span className="flex items-center gap-1.5">
        <svg aria-hidden viewBox="0 0 12 12" className="size-3">
          <path
            d="M1.2 2h9.6L6 10.4Z"
            className="fill-card stroke-data-expected"
            strokeWidth="1.8"
            strokeLinejoin="round"
          />
        </svg>
        {t('events.expectedLegend')}
      </span>
      {decided && (
        <span className="flex items-center gap-1.5">
          <svg aria-hidden viewBox="0 0 12 12" className="size-3">
            <path
              d="M6 1.2 10.8 6 6 10.8 1.2 6Z"
              className="fill-card stroke-data-decided"
              strokeWidth="1.8"
              strokeLinejoin="round"
            />
          </svg>
          {t('lag.decidedLegend')}
        </span>
      )}
      <span className="flex items-center gap-1.5">
        <svg aria-hidden viewBox="0 0 12 12" className="size-3">
          <path d="M1 10h10L6 1.4Z" className="fill-data-observed" />
        </svg>
        {t('events.observedLegend')}
      </span>
      <span className="flex items-center gap-1.5">
        <span className="h-2.5 w-4 rounded-sm border border-data-expected/50 bg-data-expected/20" />
        {t('events.lag')}
      </span>
    </div>
  );
}
