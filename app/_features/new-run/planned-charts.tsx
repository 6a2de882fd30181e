'use client';

import '@/app/_ui/charts/register';
import { type ChartData, type ChartOptions, type Point } from 'chart.js';
import { useMemo, useState } from 'react';
import { Chart } from 'react-chartjs-2';
import { Swatch } from '@/app/_ui/charts/swatch';
import { pattern, withAlpha, type ChartTheme, type ColourName } from '@/app/_ui/charts/theme';
import { smallChartOptions } from '@/app/_ui/charts/small-chart';
import { useChartTheme } from '@/app/_ui/charts/use-chart-theme';
import { below, type LegendItem } from '@/app/_ui/charts/series';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { type PlannedLoad, type PlannedScenario, sidesAt } from '@/lib/timeline/planned-load';
import { type PlannedPods, timesOf } from '@/lib/timeline/planned-pods';
import { formatClock, formatNumber, formatRate } from '@/lib/words/format';

const height = 150;
/** Told apart by pattern too. */
const looks: {
  colour: ColourName;
  shape: LegendItem['shape'] & ('area' | 'rising' | 'falling' | 'dots' | 'cross');
}[] = [
  { colour: 'active', shape: 'area' },
  { colour: 'expected', shape: 'rising' },
  { colour: 'redirect', shape: 'dots' },
  { colour: 'client-error', shape: 'falling' },
  { colour: 'p99', shape: 'cross' },
];

interface Series {
  label: string;
  colour: ColourName;
  shape: LegendItem['shape'];
  points: Point[];
  /** Whether there is nothing between two of its points. */
  isEmpty?: (from: number, to: number) => boolean;
  fill: 'origin' | '-1' | false;
  valueAt: (atMs: number) => number;
}

interface Plotted {
  key: 'users' | 'arrivals' | 'pods';
  title: string;
  unit: string;
  series: Series[];
  isWhole: boolean;
}

/** Users, arrivals and the pods that they need over the test's time, each where there is any. */
export function PlannedCharts({ load, pods }: { load: PlannedLoad; pods: PlannedPods | null }) {
  const t = useWords();
  const locale = useLocale();
  const theme = useChartTheme();
  const [readMs, setReadMs] = useState<number | null>(null);
  const charts = useMemo((): Plotted[] => {
    const times = timesOf(load);
    // Each scenario its own look, in whichever chart it is.
    const lookOf = new Map(load.scenarios.map(({ name }, i) => [name, looks[i % looks.length]!]));
    const of = (drives: PlannedScenario['drives']): Series[] =>
      stacked(
        lookOf,
        load.scenarios.filter((scenario) => scenario.drives === drives),
        times,
      );
    const users = of('users');
    const arrivals = of('arrivals');
    return [
      ...(users.length > 0
        ? [
            {
              key: 'users' as const,
              title: t('newRun.load.users'),
              unit: t('newRun.load.usersUnit'),
              series: users,
              isWhole: true,
            },
          ]
        : []),
      ...(arrivals.length > 0
        ? [
            {
              key: 'arrivals' as const,
              title: t('newRun.load.arrivals'),
              unit: t('newRun.load.arrivalsUnit'),
              series: arrivals,
              isWhole: false,
            },
          ]
        : []),
      ...(pods
        ? [
            {
              key: 'pods' as const,
              title: t('newRun.load.pods'),
              unit: t('newRun.load.podsUnit'),
              series: podSeries(pods, load.endMs, {
                needed: t('newRun.load.needed'),
                allowed: t('newRun.load.allowed'),
              }),
              isWhole: true,
            },
          ]
        : []),
    ];
  }, [load, pods, t]);
  return (
    <div className="-mx-1 space-y-3" onPointerLeave={() => setReadMs(null)}>
      {charts.map(({ key, title, unit, series, isWhole }) => (
        <div key={key} data-chart={`planned-${key}`}>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-1">
            <h3 className="text-[13px] font-semibold">{title}</h3>
            <span className="text-xs text-muted-foreground">{unit}</span>
            <ul className="ml-auto flex min-w-0 flex-wrap items-center gap-x-3 text-xs text-muted-foreground">
              {readMs !== null && <li className="tabular text-foreground">{formatClock(readMs)}</li>}
              {theme &&
                series.map(({ label, colour, shape, valueAt }) => (
                  <li key={label} className="flex min-w-0 items-center gap-1.5">
                    <Swatch colour={theme.colours[colour]} shape={shape} />
                    <span className="max-w-44 truncate" title={label}>
                      {label}
                    </span>
                    {readMs !== null && (
                      <span className="tabular min-w-6 text-right font-medium text-foreground">
                        {isWhole
                          ? formatNumber(Math.round(valueAt(readMs)), locale)
                          : formatRate(valueAt(readMs), locale)}
                      </span>
                    )}
                  </li>
                ))}
            </ul>
          </div>
          <div style={{ height }}>
            {theme ? (
              <Plot
                series={series}
                theme={theme}
                isWhole={isWhole}
                endMs={load.endMs}
                label={`${title}, ${unit}`}
                onRead={setReadMs}
              />
            ) : (
              <Skeleton className="h-full w-full" />
            )}
          </div>
        </div>
      ))}
    </div>
  );
}

/** Scenarios on top of each other, each down to the one below. */
function stacked(
  lookOf: ReadonlyMap<string, (typeof looks)[number]>,
  scenarios: readonly PlannedScenario[],
  times: readonly number[],
): Series[] {
  const sums = new Map<string, number>();
  return scenarios.map(({ name, corners }, i): Series => {
    const own: number[] = [];
    const points = times.flatMap((atMs) => {
      const sides = sidesAt(corners, atMs);
      return (['before', 'after'] as const).map((side) => {
        own.push(sides[side]);
        const sum = (sums.get(`${atMs} ${side}`) ?? 0) + sides[side];
        sums.set(`${atMs} ${side}`, sum);
        return { x: atMs, y: sum };
      });
    });
    return {
      label: name,
      ...lookOf.get(name)!,
      points,
      // Where it has nothing its outline would trace the one below.
      isEmpty: (from, to) => own[from] === 0 && own[to] === 0,
      fill: below(i),
      valueAt: (atMs) => sidesAt(corners, atMs).after,
    };
  });
}

function podSeries(
  { steps, allowed }: PlannedPods,
  endMs: number,
  words: { needed: string; allowed: string },
): Series[] {
  return [
    {
      label: words.needed,
      colour: 'ready',
      shape: 'area',
      fill: 'origin',
      points: steps.flatMap(({ atMs, pods }, i) => [
        { x: atMs, y: pods },
        { x: steps[i + 1]?.atMs ?? endMs, y: pods },
      ]),
      valueAt: (atMs) => steps.findLast((step) => step.atMs <= atMs)?.pods ?? 0,
    },
    ...(allowed === null
      ? []
      : [
          {
            label: words.allowed,
            colour: 'desired' as const,
            shape: 'dashed' as const,
            fill: false as const,
            points: [
              { x: 0, y: allowed },
              { x: endMs, y: allowed },
            ],
            valueAt: () => allowed,
          },
        ]),
  ];
}

function Plot({
  series,
  theme,
  isWhole,
  endMs,
  label,
  onRead,
}: {
  series: readonly Series[];
  theme: ChartTheme;
  isWhole: boolean;
  endMs: number;
  label: string;
  onRead: (atMs: number | null) => void;
}) {
  const locale = useLocale();
  const data = useMemo<ChartData<'line', Point[]>>(
    () => ({
      datasets: series.map(({ label: name, colour, shape, points, fill, isEmpty }, order) => ({
        label: name,
        data: points,
        borderColor: theme.colours[colour],
        borderWidth: 1.5,
        borderDash: shape === 'dashed' ? [5, 3] : [],
        backgroundColor:
          shape === 'area' || shape === 'dashed'
            ? withAlpha(theme.colours[colour], 0.4)
            : pattern(
                shape as Exclude<typeof shape, 'area' | 'line' | 'dashed' | 'dotted'>,
                theme.colours[colour],
              ),
        pointRadius: 0,
        pointHitRadius: 0,
        order: -order,
        fill,
        ...(isEmpty
          ? {
              segment: {
                borderColor: ({ p0DataIndex, p1DataIndex }: { p0DataIndex: number; p1DataIndex: number }) =>
                  isEmpty(p0DataIndex, p1DataIndex) ? 'transparent' : undefined,
              },
            }
          : {}),
      })),
    }),
    [series, theme],
  );
  const options = useMemo<ChartOptions<'line'>>(
    () => ({
      ...smallChartOptions({
        theme,
        end: Math.max(1, endMs),
        unitMs: 1,
        isFine: endMs < 4000,
        values: {
          reach: isWhole ? 2 : 1,
          most: 4,
          isWhole,
          tell: (value) => (isWhole ? formatNumber(value, locale) : formatRate(value, locale)),
        },
        onPoint: onRead,
      }),
      plugins: { annotation: { annotations: {} }, zoom: {} },
    }),
    [theme, locale, isWhole, endMs, onRead],
  );
  return <Chart type="line" data={data} options={options} role="img" aria-label={label} />;
}
