'use client';

import { type MetricOverTime } from '@/lib/timeline/k6-metrics';
import { useStore } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { formatBytes, formatMs, formatNumber, formatShare } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { useRunClock } from '@/app/_ui/charts/clock';
import { useWords, useLocale } from '@/app/_ui/words/provider';

const height = 56;
const width = 300;

/** One metric over the run, small: a trend's median and p95, a counter's rate, a gauge's value, a rate's share. */
export function MetricChart({
  metric,
  endMs,
  view,
}: {
  metric: MetricOverTime;
  endMs: number;
  view: ChartView;
}) {
  const t = useWords();
  const clock = useRunClock();
  const locale = useLocale();
  const readingMs = useStore(view.reading);

  const { columns, type, together } = metric;
  const text = (value: number): string => valueText(metric, value, locale);
  const most = columns.reduce((max, { value, p95 }) => Math.max(max, p95 ?? value), 0);
  const least = columns.reduce((min, { value }) => Math.min(min, value), 0);
  const span = most - least || 1;
  const x = (atMs: number): number => (Math.min(atMs, endMs) / Math.max(1, endMs)) * width;
  const y = (value: number): number => height - 2 - ((value - least) / span) * (height - 6);
  const steps = (valueOf: (column: MetricOverTime['columns'][number]) => number): string =>
    columns
      .map(
        (column, i) =>
          `${i === 0 || columns[i - 1]!.toMs < column.fromMs ? 'M' : 'L'}${x(column.fromMs).toFixed(1)} ${y(valueOf(column)).toFixed(1)}H${x(column.toMs).toFixed(1)}`,
      )
      .join('');
  const last = columns.at(-1);
  const under =
    readingMs === null
      ? null
      : (columns.find(({ fromMs, toMs }) => readingMs > fromMs && readingMs <= toMs) ?? null);
  const shown = under ?? last;
  return (
    <figure data-metric={metric.metric} className="min-w-0 rounded-lg border p-3">
      <figcaption className="flex items-baseline justify-between gap-2">
        <span className="truncate font-mono text-xs font-medium" title={metric.metric}>
          {metric.metric}
        </span>
        <span className="shrink-0 text-[11px] text-muted-foreground">
          {t(`review.metrics.kinds.${type}`)}
        </span>
      </figcaption>
      {shown ? (
        <>
          <p className="tabular mt-0.5 text-xs text-muted-foreground">
            {type === 'trend' && shown.p95 !== null
              ? t('review.metrics.trendValue', { median: text(shown.value), p95: text(shown.p95) })
              : text(shown.value)}{' '}
            · {clock.tell(shown.toMs, true)}
            {together !== 'exact' && ` · ${t(`review.metrics.together.${together}`)}`}
          </p>
          <svg
            role="img"
            aria-label={t('review.metrics.chartLabel', { metric: metric.metric, most: text(most) })}
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            className="mt-1.5 block h-14 w-full"
            onPointerMove={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              view.reading.set(((event.clientX - box.left) / box.width) * endMs);
            }}
            onPointerLeave={() => view.reading.set(null)}
          >
            {type !== 'trend' && (
              <path
                d={`${steps(({ value }) => value)}`}
                fill="none"
                className="stroke-data-active"
                strokeWidth="1.6"
                vectorEffect="non-scaling-stroke"
              />
            )}
            {type === 'trend' && (
              <>
                <path
                  d={steps(({ p95, value }) => p95 ?? value)}
                  fill="none"
                  className="stroke-data-p95"
                  strokeWidth="1.4"
                  strokeDasharray="4 2"
                  vectorEffect="non-scaling-stroke"
                />
                <path
                  d={steps(({ value }) => value)}
                  fill="none"
                  className="stroke-data-active"
                  strokeWidth="1.6"
                  vectorEffect="non-scaling-stroke"
                />
              </>
            )}
            {readingMs !== null && (
              <path
                d={`M${x(readingMs)} 0V${height}`}
                className="stroke-foreground/50"
                strokeWidth="1"
                vectorEffect="non-scaling-stroke"
              />
            )}
          </svg>
          <p className="tabular mt-1 flex justify-between text-[11px] text-muted-foreground">
            <span>{clock.tell(0)}</span>
            <span>{t('review.metrics.most', { value: text(most) })}</span>
            <span>{clock.tell(endMs)}</span>
          </p>
        </>
      ) : (
        <p className="mt-2 text-xs text-muted-foreground">{t('review.metrics.empty')}</p>
      )}
    </figure>
  );
}

function valueText({ type, unit }: MetricOverTime, value: number, locale: Locale): string {
  if (type === 'rate') return formatShare(value, locale);
  const amount =
    unit === 'seconds'
      ? formatMs(value * 1000, locale)
      : unit === 'bytes'
        ? formatBytes(value, locale)
        : formatNumber(value, locale, Number.isInteger(value) || value >= 100 ? 0 : 2);
  return type === 'counter' ? `${amount}/s` : amount;
}
