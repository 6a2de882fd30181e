'use client';

import '@/app/_ui/charts/register';
import { type ChartOptions, type Scale } from 'chart.js';
import { useMemo, useState } from 'react';
import { Chart } from 'react-chartjs-2';
import { cellBounds } from '@/lib/statistics/histogram/bounds';
import { reduceResolution } from '@/lib/statistics/histogram/merge';
import { quantileMs } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type ComparedRun, type Comparison } from '@/lib/comparing/comparison';
import { plainAxis, plotRight, valueAxis } from '@/app/_ui/charts/axes';
import { logTicks } from '@/app/_ui/charts/options';
import { lineBase, type Corner } from '@/app/_ui/charts/series';
import { withAlpha, type ChartTheme } from '@/app/_ui/charts/theme';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { formatMs, formatNumber } from '@/lib/words/format';
import { Cell, Table } from '@/app/_ui/table';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { useChartTheme } from '@/app/_ui/charts/use-chart-theme';
import { unitOfRuns } from './overlay-data';
import { looks, RunSign } from './look';

type Shape = 'buckets' | 'curve';
const percentiles = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** The latency of all requests of each run, over each other: as shares by bucket, or as the share that took no longer. */
export function Distribution({ comparison: { runs } }: { comparison: Comparison }) {
  const t = useWords();
  const locale = useLocale();
  const theme = useChartTheme();
  const [shape, setShape] = useState<Shape>('buckets');

  const unit = unitOfRuns(runs);
  const recorded = runs.filter((run) => run.histogram !== null);
  return (
    <section aria-label={t('compare.distribution.title', { unit })} data-distribution className="panel">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3 pt-3 sm:px-4">
        <h2 className="text-[15px] font-semibold">{t('compare.distribution.title', { unit })}</h2>
        <span className="text-xs text-muted-foreground">
          {shape === 'buckets'
            ? t('compare.distribution.bucketsUnit', { unit })
            : t('compare.distribution.curveUnit', { unit })}
        </span>
        <span className="ml-auto">
          <Segmented<Shape>
            label={t('compare.distribution.title', { unit })}
            value={shape}
            onChange={setShape}
            options={[
              { value: 'buckets', label: t('compare.distribution.buckets') },
              { value: 'curve', label: t('compare.distribution.curve') },
            ]}
          />
        </span>
      </div>
      {recorded.length === 0 ? (
        <p className="px-4 py-10 text-center text-muted-foreground">{t('compare.distribution.none')}</p>
      ) : (
        <>
          <div className="h-64">
            {theme && (
              <DistributionChart
                runs={runs}
                shape={shape}
                theme={theme}
                label={t('compare.distribution.label', {
                  names: recorded.map(({ name }) => name).join(t('common.listSeparator')),
                })}
              />
            )}
          </div>
          <Table
            label={t('compare.distribution.table')}
            className="border-t"
            head={[
              { label: t('columns.run'), className: 'px-4' },
              ...percentiles.map((q) => ({
                label: `p${formatNumber(q * 100, locale, q === 0.999 ? 1 : 0)}`,
                numeric: true,
                className: 'last:pr-4',
              })),
            ]}
          >
            {runs.map((run, i) => (
              <tr key={run.id}>
                <Cell heads className="px-4">
                  <span className="flex items-center gap-2">
                    <RunSign index={i} />
                    <span className="max-w-64 truncate" title={run.name}>
                      {run.name}
                    </span>
                  </span>
                </Cell>
                {percentiles.map((q) => (
                  <Cell key={q} numeric className="last:pr-4">
                    {formatMs(run.histogram ? quantileMs(run.histogram, q) : null, locale)}
                  </Cell>
                ))}
              </tr>
            ))}
          </Table>
        </>
      )}
    </section>
  );
}

function DistributionChart({
  runs,
  shape,
  theme,
  label,
}: {
  runs: readonly ComparedRun[];
  shape: Shape;
  theme: ChartTheme;
  label: string;
}) {
  const locale = useLocale();
  const data = useMemo(() => {
    const schema = Math.min(...runs.flatMap(({ histogram }) => (histogram ? [histogram.schema] : [])));
    const datasets = runs.flatMap((run, i) => {
      if (!run.histogram) return [];
      const { colour, dash } = looks[i]!;
      const histogram = reduceResolution(run.histogram, schema);
      return [
        {
          ...lineBase(run.id, run.name, i),
          data: shape === 'buckets' ? bucketLine(histogram) : curveLine(histogram),
          borderColor: theme.colours[colour],
          borderDash: dash,
          borderWidth: 1.9,
          backgroundColor: withAlpha(theme.colours[colour], 0.08),
          fill: shape === 'buckets' ? ('origin' as const) : false,
        },
      ];
    });
    return { datasets };
  }, [runs, shape, theme]);
  const options = useMemo<ChartOptions>(() => {
    const lower = plainAxis(theme);
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 8, right: plotRight } },
      scales: {
        x: {
          ...lower,
          type: 'logarithmic',
          offset: false,
          afterBuildTicks: (axis: Scale) => {
            axis.ticks = logTicks(axis.min, axis.max).map((value) => ({ value }));
          },
          ticks: {
            ...lower.ticks,
            autoSkip: true,
            callback: (value) => formatMs(Number(value), locale),
          },
        },
        y: {
          ...valueAxis(theme, (value) => `${formatNumber(value, locale)} %`),
          type: 'linear',
          beginAtZero: true,
          reverse: false,
          stacked: false,
          ...(shape === 'curve' ? { max: 100 } : { grace: '6%' }),
        },
      },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
    };
  }, [shape, theme, locale]);
  return <Chart key={shape} type="line" data={data} options={options} aria-label={label} />;
}

/** Each bucket's share of all requests in percent, as wide as the bucket; buckets without a request are at zero. */
function bucketLine(histogram: ExponentialHistogram): Corner[] {
  const corners: Corner[] = [];
  let before: number | null = null;
  for (const [index, count] of histogram.cells) {
    const { lower, upper } = cellBounds(histogram.schema, index);
    if (before === null || before !== lower) {
      if (before !== null) corners.push({ x: before * 1000, y: 0 });
      corners.push({ x: lower * 1000, y: 0 });
    }
    const y = (100 * count) / histogram.count;
    corners.push({ x: lower * 1000, y }, { x: upper * 1000, y });
    before = upper;
  }
  if (before !== null) corners.push({ x: before * 1000, y: 0 });
  return corners;
}

/** The share of requests in percent that took no longer, at each bucket's edge. */
function curveLine(histogram: ExponentialHistogram): Corner[] {
  let below = histogram.zeroCount;
  return histogram.cells.flatMap(([index, count], i): Corner[] => {
    const { lower, upper } = cellBounds(histogram.schema, index);
    const start = i === 0 ? [{ x: lower * 1000, y: (100 * below) / histogram.count }] : [];
    below += count;
    return [...start, { x: upper * 1000, y: (100 * below) / histogram.count }];
  });
}
