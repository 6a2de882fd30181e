'use client';

import '@/app/_ui/charts/register';
import { type ChartData, type ChartOptions, type Point } from 'chart.js';
import { useMemo, useState } from 'react';
import { Chart } from 'react-chartjs-2';
import { type WhatIfResult } from '@/lib/whatif/shapes';
import { Swatch } from '@/app/_ui/charts/swatch';
import { pattern, withAlpha, type ChartTheme } from '@/app/_ui/charts/theme';
import { useChartTheme } from '@/app/_ui/charts/use-chart-theme';
import { smallChartOptions } from '@/app/_ui/charts/small-chart';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { formatClock, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';

const height = 210;

interface Line {
  key: 'observed' | 'own' | 'changed';
  values: readonly (number | null)[];
}

/** Pods and waiting requests over the demand: observed, own settings replayed, changed ones. */
export function ReplayCharts({ result, changed }: { result: WhatIfResult; changed: boolean }) {
  const t = useWords();
  const theme = useChartTheme();
  const [reading, setReading] = useState<number | null>(null);
  const charts = useMemo(() => {
    const lines = (key: 'readyPods' | 'waiting'): Line[] => [
      ...(result.observed && result.observed[key].some((value) => value !== null)
        ? [{ key: 'observed' as const, values: result.observed[key] }]
        : []),
      { key: 'own', values: result.own.series[key] },
      ...(changed && result.replay ? [{ key: 'changed' as const, values: result.replay.series[key] }] : []),
    ];
    return [
      {
        key: 'pods' as const,
        title: t('whatif.charts.pods'),
        unit: t('whatif.charts.podsUnit'),
        lines: lines('readyPods'),
      },
      {
        key: 'waiting' as const,
        title: t('whatif.charts.waiting', { unit: result.demand.unit }),
        unit: t('whatif.charts.waitingUnit'),
        lines: lines('waiting'),
      },
    ];
  }, [result, changed, t]);
  const { stepSeconds } = result.demand;
  const length = Math.max(...charts.flatMap(({ lines }) => lines.map(({ values }) => values.length)));
  return (
    <section
      aria-label={t('whatif.charts.region')}
      className="panel min-w-0 pb-2"
      onPointerLeave={() => setReading(null)}
    >
      {charts.map(({ key, title, unit, lines }) => (
        <div key={key} data-chart={key}>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 pt-3">
            <h2 className="text-[13px] font-semibold">{title}</h2>
            <span className="text-xs text-muted-foreground">{unit}</span>
            <Legend lines={lines} theme={theme} reading={reading} stepSeconds={stepSeconds} />
          </div>
          {theme ? (
            <Plot
              lines={lines}
              theme={theme}
              label={`${title}, ${unit}`}
              holes={result.demand.holes}
              startMs={result.demand.startMs}
              stepSeconds={stepSeconds}
              lengthSeconds={length * stepSeconds}
              onRead={setReading}
            />
          ) : (
            <div style={{ height }} className="p-4">
              <Skeleton className="h-full w-full" />
            </div>
          )}
        </div>
      ))}
    </section>
  );
}

function Legend({
  lines,
  theme,
  reading,
  stepSeconds,
}: {
  lines: readonly Line[];
  theme: ChartTheme | null;
  reading: number | null;
  stepSeconds: number;
}) {
  const t = useWords();
  const locale = useLocale();
  return (
    <ul className="ml-auto flex flex-wrap items-center gap-x-3 text-xs text-muted-foreground">
      {reading !== null && (
        <li className="tabular text-foreground">{formatClock((reading + 1) * stepSeconds * 1000)}</li>
      )}
      {theme &&
        lines.map(({ key, values }) => (
          <li key={key} className="flex items-center gap-1.5">
            <Swatch
              colour={look(key, theme).colour}
              shape={key === 'observed' ? 'area' : key === 'own' ? 'dashed' : 'line'}
            />
            {t(`whatif.charts.${key}`)}
            {reading !== null && (
              <span className="tabular min-w-6 text-right font-medium text-foreground">
                {formatNumber(values[reading], locale, Number.isInteger(values[reading]) ? 0 : 1)}
              </span>
            )}
          </li>
        ))}
    </ul>
  );
}

function look(key: Line['key'], theme: ChartTheme): { colour: string; dash: number[]; width: number } {
  if (key === 'observed') return { colour: theme.colours.ready, dash: [], width: 1 };
  return key === 'own'
    ? { colour: theme.colours.desired, dash: [5, 3], width: 1.75 }
    : { colour: theme.colours.active, dash: [], width: 2.25 };
}

function Plot({
  lines,
  theme,
  label,
  holes,
  startMs,
  stepSeconds,
  lengthSeconds,
  onRead,
}: {
  lines: readonly Line[];
  theme: ChartTheme;
  label: string;
  holes: WhatIfResult['demand']['holes'];
  startMs: number;
  stepSeconds: number;
  lengthSeconds: number;
  onRead: (index: number | null) => void;
}) {
  const locale = useLocale();
  const data = useMemo<ChartData<'line', Point[]>>(
    () => ({
      datasets: lines.map(({ key, values }, order) => {
        const { colour, dash, width } = look(key, theme);
        // A value is that of its step's end: it holds over the step before it.
        const points = values.map((value, index) => ({ x: (index + 1) * stepSeconds, y: value ?? NaN }));
        return {
          label: key,
          data: [{ x: 0, y: points[0]?.y ?? NaN }, ...points],
          borderColor: colour,
          borderWidth: width,
          borderDash: dash,
          stepped: 'after' as const,
          pointRadius: 0,
          pointHitRadius: 0,
          order: -order,
          spanGaps: false,
          ...(key === 'observed'
            ? { fill: 'origin' as const, backgroundColor: withAlpha(colour, 0.3) }
            : { fill: false as const }),
        };
      }),
    }),
    [lines, theme, stepSeconds],
  );
  const options = useMemo<ChartOptions<'line'>>(() => {
    return {
      ...smallChartOptions({
        theme,
        end: lengthSeconds,
        unitMs: 1000,
        values: { reach: 2, most: 5, isWhole: true, tell: (value) => formatNumber(value, locale) },
        onPoint: (seconds) =>
          onRead(
            seconds === null
              ? null
              : Math.min(Math.floor(seconds / stepSeconds), Math.ceil(lengthSeconds / stepSeconds) - 1),
          ),
      }),
      plugins: {
        annotation: {
          annotations: Object.fromEntries(
            holes.map(({ fromMs, toMs }, index) => [
              `hole${index}`,
              {
                type: 'box' as const,
                xMin: (fromMs - startMs) / 1000,
                xMax: (toMs - startMs) / 1000,
                backgroundColor: pattern('rising', theme.colours.gap, 0.12, 0.6),
                borderWidth: 0,
                drawTime: 'beforeDatasetsDraw' as const,
              },
            ]),
          ),
        },
        zoom: {},
      },
    };
  }, [theme, locale, holes, startMs, stepSeconds, lengthSeconds, onRead]);
  return (
    <div style={{ height }}>
      <Chart type="line" data={data} options={options} role="img" aria-label={label} />
    </div>
  );
}
