import { formatMs } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { quantileOf } from './columns';
import { HeatLayer } from './heat-layer';
import { lineBase, type ChartSpec, type SpecInput } from './series';
import { withAlpha, type ColourName } from './theme';
import { type LatencyView } from './view';

const lines: { q: number; key: ColourName; dash: number[]; shape: 'line' | 'dashed' | 'dotted' }[] = [
  { q: 0.5, key: 'p50', dash: [], shape: 'line' },
  { q: 0.95, key: 'p95', dash: [7, 3], shape: 'dashed' },
  { q: 0.99, key: 'p99', dash: [2, 2.5], shape: 'dotted' },
];

/** Percentiles as lines and each column's histogram as a heat map, on a logarithmic axis where the map is shown. */
export function latencySpec(
  { theme }: Pick<SpecInput, 'theme'>,
  locale: Locale,
  view: LatencyView,
): ChartSpec {
  const withLines = view !== 'heat';
  const withHeat = view !== 'lines';
  const lineSets = withLines
    ? lines.map(({ key, dash }, i) => ({
        ...lineBase(key, key, i),
        // Over the map the lines need a colour of their own weight.
        borderColor: theme.colours[key],
        borderDash: dash,
        borderWidth: withHeat ? 2 : 1.75,
        backgroundColor: withAlpha(theme.colours[key], 0.12),
        spanGaps: false,
      }))
    : [];
  // A rim in the ground's colour keeps the lines apart from the map.
  const rims =
    withLines && withHeat
      ? lines.map(({ key }) => ({
          ...lineBase(key, '', 5),
          borderColor: withAlpha(theme.card, 0.85),
          borderWidth: 4.5,
          fill: false,
        }))
      : [];
  const layer = withHeat ? new HeatLayer(theme.heat) : null;
  return {
    key: 'latency',
    form: view,
    height: 200,
    datasets: [...lineSets, ...rims],
    legend: withLines
      ? lines.map(({ key, shape }) => ({ key, label: key, colour: theme.colours[key], shape }))
      : [],
    fill({ columns, range }) {
      for (const [i, { q }] of lines.entries()) {
        const set = lineSets[i];
        if (set)
          set.data = columns.map((column) => ({
            x: (column.fromMs + column.toMs) / 2,
            y: quantileOf(column, q) ?? Number.NaN,
          }));
        const rim = rims[i];
        if (rim && set) rim.data = set.data;
      }
      layer?.fill(columns, range);
    },
    ...(layer ? { layer } : {}),
    y: { log: withHeat, tick: (value) => formatMs(value, locale) },
  };
}
