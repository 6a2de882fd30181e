import { type ChartOptions, type Scale } from 'chart.js';
import { formatClock } from '@/lib/words/format';
import { plainAxis, plotRight, valueAxis } from './axes';
import { type ChartTheme } from './theme';
import { timeTicks } from './ticks';

const axisWidth = 52;

/** What small charts of a time from 0 on differ in. */
interface SmallChart {
  theme: ChartTheme;
  /** The last value of the time's axis, and how long (ms) one of it is. */
  end: number;
  unitMs: number;
  /** Whether the axis tells fractions of seconds. */
  isFine?: boolean;
  /** Of the other axis: how far it reaches at least, how many ticks it has at most, and what they say. */
  values: { reach: number; most: number; isWhole: boolean; tell: (value: number) => string };
  /** Told where on the time's axis the pointer is; null: beside it. */
  onPoint: (at: number | null) => void;
}

/** The options of a small chart over time, which is read by a panel beside it, not by tips. */
export function smallChartOptions({
  theme,
  end,
  unitMs,
  isFine = false,
  values,
  onPoint,
}: SmallChart): ChartOptions<'line'> {
  const lower = plainAxis(theme);
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    parsing: false,
    normalized: true,
    events: ['mousemove', 'mouseout', 'touchmove'],
    layout: { padding: { top: 6, right: plotRight } },
    onHover: (event, _elements, chart) => {
      const at = chart.scales.x?.getValueForPixel(event.x ?? -1);
      onPoint(at === undefined || at < 0 || at > end ? null : at);
    },
    scales: {
      x: {
        ...lower,
        type: 'linear',
        min: 0,
        max: end,
        afterBuildTicks: (axis: Scale) => {
          const most = Math.max(3, Math.floor(axis.width / 84));
          axis.ticks = timeTicks(axis.min * unitMs, axis.max * unitMs, most).map((ms) => ({
            value: ms / unitMs,
          }));
        },
        ticks: {
          ...lower.ticks,
          autoSkip: false,
          callback: (value) => formatClock(Number(value) * unitMs, isFine),
        },
      },
      y: {
        ...valueAxis(theme, values.tell, {
          width: axisWidth,
          mostTicks: values.most,
          isWhole: values.isWhole,
        }),
        beginAtZero: true,
        suggestedMax: values.reach,
        grace: '6%',
      },
    },
  };
}
