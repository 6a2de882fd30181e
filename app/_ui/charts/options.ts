import { type ChartOptions, type Scale } from 'chart.js';
import { plainAxis, plotRight, valueAxis } from './axes';
import { type Clock } from './clock';
import { type ChartSpec } from './series';
import { withAlpha, type ChartTheme } from './theme';
import { areBetweenSeconds, timeTicks } from './ticks';

/** A chart's options on the shared axis. `onZoom` gets the range that was dragged; `clockNow` tells the axis' moments. */
export function chartOptions(
  spec: Pick<ChartSpec, 'key' | 'y' | 'layer'>,
  theme: ChartTheme,
  onZoom: (fromMs: number, toMs: number) => void,
  clockNow: () => Clock,
): ChartOptions {
  const lower = plainAxis(theme);
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    // Pointing is answered by the crosshair over all charts; the charts themselves only take clicks on annotations.
    events: ['click'],
    layout: { padding: { top: 6, right: plotRight } },
    scales: {
      x: {
        ...lower,
        offset: false,
        type: 'linear',
        min: 0,
        max: 20_000,
        afterBuildTicks: (axis: Scale) => {
          const { offsetMs } = clockNow();
          const most = Math.max(3, Math.floor(axis.width / 84));
          axis.ticks = timeTicks(axis.min + offsetMs, axis.max + offsetMs, most).map((value) => ({
            value: value - offsetMs,
          }));
        },
        ticks: {
          ...lower.ticks,
          autoSkip: false,
          callback: (value, _index, ticks) => {
            const { tell, offsetMs } = clockNow();
            return tell(Number(value), areBetweenSeconds(ticks.map((tick) => tick.value + offsetMs)));
          },
        },
      },
      y: {
        ...valueAxis(theme, spec.y.tick, { isWhole: spec.y.whole }),
        type: spec.y.log ? 'logarithmic' : 'linear',
        stacked: spec.y.stacked ?? false,
        beginAtZero: !spec.y.log,
        ...(spec.y.suggestedMax === undefined ? {} : { suggestedMax: spec.y.suggestedMax }),
        ...(spec.y.log
          ? {
              afterDataLimits: (axis: Scale) => {
                // Percentiles lie within the cells that they are of.
                const { min, max } = spec.layer?.bounds() ?? axis;
                axis.min = Number.isFinite(min) && min > 0 ? min * 0.95 : 1;
                axis.max = Number.isFinite(max) && max > axis.min ? max * 1.05 : axis.min * 10;
              },
              afterBuildTicks: (axis: Scale) => {
                axis.ticks = logTicks(axis.min, axis.max).map((value) => ({ value }));
              },
            }
          : { grace: '6%' }),
      },
    },
    plugins: {
      legend: { display: false },
      tooltip: { enabled: false },
      annotation: { annotations: {}, animations: { numbers: { duration: 0 }, colors: { duration: 0 } } },
      zoom: {
        zoom: {
          mode: 'x',
          drag: {
            enabled: true,
            threshold: 6,
            backgroundColor: withAlpha(theme.colours.active, 0.14),
            borderColor: theme.colours.active,
            borderWidth: 1,
          },
          wheel: { enabled: true, modifierKey: 'ctrl' },
          onZoomComplete: ({ chart }) => {
            const { x } = chart.scales;
            if (x) onZoom(x.min, x.max);
          },
        },
      },
    },
  };
}

/** 1, 2, 5 of each decade; only its 1 where there are many; even steps where the range lies between two of them. */
export function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const factors = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(min)); exponent <= Math.ceil(Math.log10(max)); exponent++) {
    for (const factor of factors) {
      const tick = factor * 10 ** exponent;
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  return ticks.length > 1 ? ticks : evenTicks(min, max);
}

function evenTicks(min: number, max: number): number[] {
  const power = 10 ** Math.floor(Math.log10((max - min) / 3));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).findLast((one) => (max - min) / one >= 2) ?? power;
  return Array.from(
    { length: Math.floor((max - min) / step) + 1 },
    (_, i) => (Math.ceil(min / step) + i) * step,
  ).filter((tick) => tick <= max);
}
