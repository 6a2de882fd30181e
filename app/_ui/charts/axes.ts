import { type Scale } from 'chart.js';
import { type ChartTheme } from './theme';

/** Every chart's plot begins and ends at the same pixels, so that one crosshair fits all. */
export const plotLeft = 58;
export const plotRight = 14;

const gridOf = (theme: ChartTheme): { color: string; drawTicks: false } => ({
  color: theme.colours.grid,
  drawTicks: false,
});
const ticksOf = (theme: ChartTheme): { color: string; font: { family: string; size: number } } => ({
  color: theme.colours.axis,
  font: { family: theme.font, size: 11 },
});

/** How a chart's axis of values looks; `tell` says a value of it. */
export function valueAxis(
  theme: ChartTheme,
  tell: (value: number) => string,
  { width = plotLeft, mostTicks = 5, isWhole = false } = {},
) {
  return {
    grid: gridOf(theme),
    border: { display: false },
    afterFit: (axis: Scale) => {
      axis.width = width;
    },
    ticks: {
      ...ticksOf(theme),
      padding: 8,
      maxTicksLimit: mostTicks,
      ...(isWhole ? { precision: 0 } : {}),
      callback: (value: number | string) => tell(Number(value)),
    },
  };
}

/** How an axis with its line looks: that of the time below a chart, or of what values are spread over. */
export function plainAxis(theme: ChartTheme) {
  return {
    grid: gridOf(theme),
    border: { color: theme.colours.grid },
    ticks: { ...ticksOf(theme), maxRotation: 0, padding: 6 },
  };
}
