'use client';

import '@/app/_ui/charts/register';
import { type ChartData, type ChartOptions, type Point } from 'chart.js';
import { useMemo, useState } from 'react';
import { Chart } from 'react-chartjs-2';
import { objectiveOf, type ReplayFigures } from '@/lib/whatif';
import { plainAxis } from '@/app/_ui/charts/axes';
import { withAlpha } from '@/app/_ui/charts/theme';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { formatLength, formatMs, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { useChartTheme } from '@/app/_ui/charts/use-chart-theme';
import { settingsWords, type Against, type CountedPoint } from './sweep-point';

const height = 320;

/** Every configuration by what it takes in pods and what users wait; the front joined, own and suggested marked. */
export function ParetoPlot({
  points,
  front,
  best,
  own,
  against,
  onOpen,
}: {
  points: readonly CountedPoint[];
  front: readonly CountedPoint[];
  best: CountedPoint | null;
  own: ReplayFigures;
  against: Against;
  onOpen: (point: CountedPoint) => void;
}) {
  const t = useWords();
  const locale = useLocale();
  const theme = useChartTheme();

  const [read, setRead] = useState<CountedPoint | null>(null);
  const place = (figures: ReplayFigures): Point => ({
    x: figures.podSeconds,
    y: objectiveOf(figures, against),
  });
  const data = useMemo<ChartData<'line', Point[]> | null>(() => {
    if (!theme) return null;
    const at = (figures: ReplayFigures): Point => ({
      x: figures.podSeconds,
      y: objectiveOf(figures, against),
    });
    const base = { parsing: false as const, pointHoverRadius: 7 };
    return {
      datasets: [
        {
          ...base,
          label: 'own',
          data: [at(own)],
          showLine: false,
          pointStyle: 'rectRot',
          pointRadius: 8,
          borderColor: theme.colours.desired,
          backgroundColor: theme.card,
          pointBorderWidth: 2.5,
          order: 0,
        },
        {
          ...base,
          label: 'best',
          data: best ? [at(best.figures)] : [],
          showLine: false,
          pointStyle: 'triangle',
          pointRadius: 8,
          borderColor: theme.card,
          backgroundColor: theme.colours.expected,
          pointBorderWidth: 1,
          order: 1,
        },
        {
          ...base,
          label: 'front',
          data: front.map(({ figures }) => at(figures)),
          showLine: true,
          stepped: 'before',
          borderColor: theme.colours.active,
          borderWidth: 1.75,
          backgroundColor: theme.colours.active,
          pointRadius: 4,
          order: 2,
        },
        {
          ...base,
          label: 'all',
          data: points.map(({ figures }) => at(figures)),
          showLine: false,
          borderColor: 'transparent',
          backgroundColor: withAlpha(theme.colours.pending, 0.6),
          pointRadius: 2.5,
          order: 3,
        },
      ],
    };
  }, [theme, points, front, best, own, against]);
  const options = useMemo<ChartOptions<'line'> | null>(() => {
    if (!theme) return null;
    const plain = plainAxis(theme);
    const { color, font } = plain.ticks;
    const axis = (title: string) => ({
      ...plain,
      type: 'linear' as const,
      beginAtZero: true,
      grace: '4%',
      title: { display: true, text: title, color, font },
      ticks: {
        ...plain.ticks,
        maxTicksLimit: 7,
        precision: 0,
        callback: (value: number | string) => formatNumber(Number(value), locale),
      },
    });
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: ['mousemove', 'mouseout', 'click', 'touchstart'],
      layout: { padding: { top: 12, right: 14 } },
      scales: {
        x: axis(t('whatif.sweep.axisPodSeconds')),
        y: axis(against === 'p99WaitMs' ? t('whatif.sweep.axisP99') : t('whatif.sweep.axisUnder')),
      },
      plugins: { annotation: { annotations: {} }, zoom: {} },
    };
  }, [theme, locale, against, t]);

  if (!theme || !data || !options) return <Skeleton className="mt-2 w-full" />;
  /** The configuration nearest to a pixel. */
  const nearest = (
    chart: Parameters<NonNullable<ChartOptions<'line'>['onHover']>>[2],
    x: number,
    y: number,
  ): CountedPoint | null => {
    let found: CountedPoint | null = null;
    let least = 18 ** 2;
    for (const point of [...front, ...points]) {
      const { x: px, y: py } = place(point.figures);
      const distance =
        (chart.scales.x!.getPixelForValue(px ?? 0) - x) ** 2 +
        (chart.scales.y!.getPixelForValue(py ?? 0) - y) ** 2;
      if (distance < least) {
        least = distance;
        found = point;
      }
    }
    return found;
  };
  const interactive: ChartOptions<'line'> = {
    ...options,
    onHover: (event, _elements, chart) => {
      const point = event.x === null || event.y === null ? null : nearest(chart, event.x, event.y);
      chart.canvas.style.cursor = point ? 'pointer' : 'default';
      if (point !== read) setRead(point);
    },
    onClick: (event, _elements, chart) => {
      const point = event.x === null || event.y === null ? null : nearest(chart, event.x, event.y);
      if (point) onOpen(point);
    },
  };
  const marks: [string, string, string][] = [
    ['M5 0 10 5 5 10 0 5Z', theme.colours.desired, t('whatif.sweep.own')],
    ['M5 0 10 9 0 9Z', theme.colours.expected, t('whatif.sweep.best')],
    ['M5 1A4 4 0 1 1 4.99 1Z', theme.colours.active, t('whatif.sweep.front')],
    ['M5 3A2.2 2.2 0 1 1 4.99 3Z', theme.colours.pending, t('whatif.sweep.point')],
  ];
  return (
    <div className="mt-2">
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted-foreground">
        {marks.map(([path, colour, label]) => (
          <li key={label} className="flex items-center gap-1.5">
            <svg aria-hidden viewBox="0 0 10 10" className="size-2.5">
              <path d={path} fill={colour} />
            </svg>
            {label}
          </li>
        ))}
      </ul>
      <div style={{ height }} data-pareto>
        <Chart type="line" data={data} options={interactive} role="img" aria-label={t('whatif.sweep.plot')} />
      </div>
      <p data-read className="tabular mt-1 min-h-10 text-xs sm:min-h-5">
        {read ? (
          <>
            <span className="font-medium">{settingsWords(read.settings, t)}</span>
            {t('common.colon')}
            {formatNumber(read.figures.podSeconds, locale)} {t('whatif.sweep.axisPodSeconds')}
            {t('common.comma')}
            {t('whatif.sweep.underCapacitySeconds')}{' '}
            {formatLength(read.figures.underCapacitySeconds * 1000, t)}
            {t('common.comma')}
            {t('whatif.sweep.p99WaitMs')} {formatMs(read.figures.waitMs.p99, locale)}
          </>
        ) : (
          <span className="text-muted-foreground">{t('whatif.sweep.hover')}</span>
        )}
      </p>
    </div>
  );
}
