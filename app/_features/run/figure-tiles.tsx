'use client';

import { cn } from '@/app/_ui/cn';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { unitOf } from '@/lib/model/protocol';
import { formatMs, formatNumber, formatRate, formatShare } from '@/lib/words/format';
import { failedShareOf, isWatched } from '@/lib/model/run';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { endedTiles } from './ended-tiles';
import { figuresOfPage } from './figures';

export interface Tile {
  key: string;
  label: string;
  value: string;
  detail?: string;
  alarm?: boolean;
}

/** What only who made the requests can tell. */
const byRequests = new Set(['slow', 'requests', 'failures', 'rate', 'p50', 'p95', 'p99']);

/** The run's figures in one strip: of the run, when it has ended what matters of it; of the range, when the charts are zoomed. */
export function FigureTiles({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useWords();
  const locale = useLocale();
  const model = useStore(store);
  const range = useStore(view.range);
  const f = figuresOfPage(model, range);

  const number = (value: number | null): string =>
    formatNumber(value, locale, value !== null && !Number.isInteger(value) ? 1 : 0);
  const live: Tile[] = [
    {
      key: 'requests',
      label: t('run.figures.requests', { unit: unitOf(model.run.protocols) }),
      value: number(f.requests),
      ...(range && f.totalRequests !== null
        ? { detail: t('run.figures.ofAll', { n: number(f.totalRequests) }) }
        : {}),
    },
    {
      key: 'rate',
      label: `${t('run.figures.rate')} ${t('columns.perSecond')}`,
      value: formatRate(f.rate, locale),
      ...(f.rate !== f.meanRate
        ? { detail: t('run.figures.mean', { n: formatRate(f.meanRate, locale) }) }
        : {}),
    },
    {
      key: 'failures',
      label: t('run.figures.failures'),
      value: number(f.failures),
      alarm: (f.failures ?? 0) > 0,
      ...(f.failures && f.requests ? { detail: formatShare(failedShareOf(f), locale) } : {}),
    },
    { key: 'p50', label: t('run.figures.p50'), value: formatMs(f.p50Ms, locale) },
    { key: 'p95', label: t('run.figures.p95'), value: formatMs(f.p95Ms, locale) },
    { key: 'p99', label: t('run.figures.p99'), value: formatMs(f.p99Ms, locale) },
    {
      key: 'ready',
      label: t('run.figures.ready'),
      value: number(f.ready),
      ...(f.peakReady === null ? {} : { detail: t('run.figures.peak', { n: number(f.peakReady) }) }),
    },
    {
      key: 'desired',
      label: t('run.figures.desired'),
      value: number(f.desired),
      ...(f.decided === null ? {} : { detail: t('lag.cluster', { n: number(f.decided) }) }),
    },
    {
      key: 'inFlight',
      label: t('run.figures.inFlight'),
      value: number(f.inFlight),
      ...(f.waiting ? { detail: t('run.figures.waiting', { n: number(f.waiting) }) } : {}),
    },
  ];
  const ended = range === null && model.run.endedAtMs !== null ? endedTiles(model.run, f, t, locale) : null;
  const watched = isWatched(model.run);
  const tiles = watched ? (ended ?? live).filter(({ key }) => !byRequests.has(key)) : (ended ?? live);
  return (
    <dl
      aria-label={t('run.figures.title')}
      className={cn(
        'panel mb-4 grid overflow-hidden',
        watched
          ? 'grid-cols-3'
          : ended
            ? 'grid-cols-2 sm:grid-cols-5 lg:grid-cols-10'
            : 'grid-cols-3 sm:grid-cols-5 lg:grid-cols-9',
      )}
    >
      {tiles.map((tile) => (
        <div
          key={tile.key}
          data-figure={tile.key}
          className="-mb-px -ml-px min-w-0 border-b border-l px-3.5 py-2.5 sm:px-4"
        >
          <dt className="truncate text-xs text-muted-foreground" title={tile.label}>
            {tile.label}
          </dt>
          <dd
            className={cn(
              'tabular mt-0.5 truncate text-lg leading-tight font-semibold tracking-tight',
              tile.alarm && 'text-danger',
            )}
            title={tile.value}
          >
            {tile.value}
          </dd>
          <dd className="tabular h-4 truncate text-[11px] text-muted-foreground">{tile.detail}</dd>
        </div>
      ))}
    </dl>
  );
}
