'use client';

import '@/app/_ui/charts/register';
import { type ChartData, type ChartOptions } from 'chart.js';
import { useMemo, useState, type ReactNode } from 'react';
import { Chart } from 'react-chartjs-2';
import { plainAxis } from '@/app/_ui/charts/axes';
import { withAlpha, type ChartTheme } from '@/app/_ui/charts/theme';
import { useChartTheme } from '@/app/_ui/charts/use-chart-theme';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { type RequestUnit } from '@/lib/model/protocol';
import { formatMs, formatNumber, formatShare } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { barsOf, curveOf, mostNines, nines, shareName, shownShares } from './curve';
import { type Part } from './distribution-panel';
import { partColour, partDash } from './part-look';

type Scale = 'linear' | 'log';

/** How many requests took how long: one bar a bucket, parts stacked. */
export function BarsChart({ parts, of }: { parts: readonly Part[]; of: RequestUnit }) {
  const t = useWords();
  const locale = useLocale();
  const theme = useChartTheme();
  const [scale, setScale] = useState<Scale>('linear');

  const bars = useMemo(() => barsOf(parts.map(({ histogram }) => histogram)), [parts]);
  const chart = useMemo(() => {
    if (!theme) return null;
    const total = parts.reduce((sum, { histogram }) => sum + histogram.count, 0);
    const span = (i: number): string =>
      `${formatMs(bars.edgesMs[i], locale)} – ${formatMs(bars.edgesMs[i + 1], locale)}`;
    const data: ChartData<'bar'> = {
      labels: bars.edgesMs.slice(0, -1).map((edge) => formatMs(edge, locale)),
      datasets: parts.map(({ name }, i) => ({
        label: name,
        data: bars.counts[i] ?? [],
        backgroundColor: withAlpha(partColour(theme, i), 0.78),
        borderColor: theme.card,
        borderWidth: parts.length > 1 ? 0.5 : 0,
        categoryPercentage: 1,
        barPercentage: 0.94,
        stack: 'all',
      })),
    };
    const options = baseOptions(theme);
    const full: ChartOptions<'bar'> = {
      ...options,
      scales: {
        x: {
          ...plainAxis(theme),
          stacked: true,
          title: title(theme, t('review.distribution.time', { unit: of })),
          ticks: { ...plainAxis(theme).ticks, autoSkip: true, autoSkipPadding: 18 },
          grid: { display: false },
        },
        y: {
          ...plainAxis(theme),
          stacked: true,
          type: scale === 'log' ? 'logarithmic' : 'linear',
          ...(scale === 'log' ? { min: 0.8 } : { beginAtZero: true }),
          title: title(theme, t('review.distribution.count', { unit: of })),
          ticks: {
            ...plainAxis(theme).ticks,
            maxTicksLimit: 6,
            callback: (value) =>
              scale === 'log' && !Number.isInteger(Math.log10(Number(value)))
                ? ''
                : formatNumber(Number(value), locale),
          },
        },
      },
      plugins: {
        ...options.plugins,
        tooltip: {
          ...tooltip(theme),
          callbacks: {
            title: ([item]) => (item ? span(item.dataIndex) : ''),
            label: (item) =>
              `${parts.length > 1 ? `${item.dataset.label ?? ''}${t('common.colon')}` : ''}${t('common.aside', { text: t('review.distribution.requests', { unit: of, n: formatNumber(Number(item.raw), locale) }), aside: formatShare(total > 0 ? Number(item.raw) / total : 0, locale) })}`,
          },
          filter: (item) => Number(item.raw) > 0,
        },
      },
    };
    return { data, options: full };
  }, [theme, bars, parts, of, locale, scale, t]);
  return (
    <ScaledFigure
      label={t('review.distribution.forms.bars')}
      parts={parts}
      theme={theme}
      scale={scale}
      setScale={setScale}
    >
      <div className="h-72">
        {chart && (
          <Chart
            type="bar"
            data={chart.data}
            options={chart.options}
            aria-label={t('review.distribution.forms.bars')}
          />
        )}
      </div>
    </ScaledFigure>
  );
}

/** Time against percentile to p99.99, each further nine as wide as the one before, as HdrHistogram draws it. */
export function CurveChart({ parts, of }: { parts: readonly Part[]; of: RequestUnit }) {
  const t = useWords();
  const locale = useLocale();
  const theme = useChartTheme();
  const [scale, setScale] = useState<Scale>('log');

  const chart = useMemo(() => {
    if (!theme) return null;
    const data: ChartData<'line'> = {
      datasets: parts.map(({ name, histogram }, i) => ({
        label: name,
        data: curveOf(histogram),
        borderColor: partColour(theme, i),
        backgroundColor: partColour(theme, i),
        borderDash: partDash(i),
        borderWidth: 2,
        pointRadius: 0,
        pointHitRadius: 12,
        parsing: false,
      })),
    };
    const options = baseOptions(theme);
    const ticks = [0, ...shownShares.filter((share) => share !== 0.75)];
    const full: ChartOptions<'line'> = {
      ...options,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          ...plainAxis(theme),
          type: 'linear',
          min: 0,
          max: mostNines,
          title: title(theme, t('review.distribution.percentile')),
          afterBuildTicks: (scaleOfX) => {
            scaleOfX.ticks = ticks.map((share) => ({ value: nines(share) }));
          },
          ticks: {
            ...plainAxis(theme).ticks,
            autoSkip: true,
            autoSkipPadding: 8,
            maxRotation: 0,
            callback: (_value, i) => (i === 0 ? '0' : shareName(ticks[i] ?? 0)),
          },
        },
        y: {
          ...plainAxis(theme),
          type: scale === 'log' ? 'logarithmic' : 'linear',
          title: title(theme, t('review.distribution.time', { unit: of })),
          ticks: {
            ...plainAxis(theme).ticks,
            maxTicksLimit: 6,
            callback: (value) =>
              scale === 'log' && !/^[125]/.test(Number(value).toExponential())
                ? ''
                : formatMs(Number(value), locale),
          },
        },
      },
      plugins: {
        ...options.plugins,
        tooltip: {
          ...tooltip(theme),
          callbacks: {
            title: ([item]) => (item ? shareName(Number((1 - 10 ** -item.parsed.x!).toFixed(5))) : ''),
            label: (item) =>
              `${parts.length > 1 ? `${item.dataset.label ?? ''}${t('common.colon')}` : ''}${formatMs(item.parsed.y, locale)}`,
          },
        },
      },
    };
    return { data, options: full };
  }, [theme, parts, of, locale, scale, t]);
  return (
    <ScaledFigure
      label={t('review.distribution.forms.curve')}
      parts={parts}
      theme={theme}
      scale={scale}
      setScale={setScale}
    >
      <div className="h-80">
        {chart && (
          <Chart
            type="line"
            data={chart.data}
            options={chart.options}
            aria-label={t('review.distribution.forms.curve')}
          />
        )}
      </div>
    </ScaledFigure>
  );
}

/** A chart below its parts' legend and the choice of its scale. */
function ScaledFigure({
  label,
  parts,
  theme,
  scale,
  setScale,
  children,
}: {
  label: string;
  parts: readonly Part[];
  theme: ChartTheme | null;
  scale: Scale;
  setScale: (scale: Scale) => void;
  children: ReactNode;
}) {
  const t = useWords();
  return (
    <figure aria-label={label}>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <PartLegend parts={parts} theme={theme} />
        <Segmented<Scale>
          label={t('review.distribution.scale')}
          value={scale}
          onChange={setScale}
          options={[
            { value: 'linear', label: t('review.distribution.linear') },
            { value: 'log', label: t('review.distribution.log') },
          ]}
        />
      </div>
      {children}
    </figure>
  );
}

function PartLegend({ parts, theme }: { parts: readonly Part[]; theme: ChartTheme | null }) {
  if (!theme || parts.length < 2) return <span />;
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted-foreground">
      {parts.map(({ name }, i) => (
        <li key={name} className="flex max-w-56 items-center gap-1.5" title={name}>
          <svg aria-hidden viewBox="0 0 14 10" className="h-2.5 w-3.5 shrink-0">
            <path
              d="M0 5H14"
              stroke={partColour(theme, i)}
              strokeWidth="4"
              strokeDasharray={partDash(i).length > 0 ? '4 2' : undefined}
            />
          </svg>
          <span className="truncate">{name}</span>
        </li>
      ))}
    </ul>
  );
}

function baseOptions(theme: ChartTheme) {
  return {
    animation: false as const,
    responsive: true,
    maintainAspectRatio: false,
    color: theme.colours.axis,
    plugins: { legend: { display: false }, annotation: { annotations: {} } },
  };
}

function title(theme: ChartTheme, text: string) {
  return { display: true, text, color: theme.colours.axis, font: { family: theme.font, size: 11 } };
}

function tooltip(theme: ChartTheme) {
  return {
    enabled: true,
    backgroundColor: theme.colours.desired,
    titleColor: theme.card,
    bodyColor: theme.card,
    displayColors: false,
    padding: 8,
    titleFont: { family: theme.font, size: 12 },
    bodyFont: { family: theme.font, size: 12 },
  };
}
