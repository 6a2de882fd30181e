import { type ChartDataset } from 'chart.js';
import { cellBounds } from '@/lib/histogram/bounds';
import { mergeColumns, type RequestColumn } from '@/lib/timeline/columns';
import { formatMs } from '../_i18n/format';
import { type Locale } from '../_i18n/locale';
import { quantileOf } from './columns';
import { type TimeRange } from './model';
import { lineBase, type ChartSpec, type SpecInput } from './series';
import { heatColour, withAlpha, type ColourName } from './theme';
import { type LatencyView } from './view';

const lines: { q: number; key: ColourName; dash: number[]; shape: 'line' | 'dashed' | 'dotted' }[] = [
  { q: 0.5, key: 'p50', dash: [], shape: 'line' },
  { q: 0.95, key: 'p95', dash: [7, 3], shape: 'dashed' },
  { q: 0.99, key: 'p99', dash: [2, 2.5], shape: 'dotted' },
];

interface HeatCell {
  x: number;
  y: number;
  fromMs: number;
  toMs: number;
  low: number;
  high: number;
  colour: string;
}

/** More cells than this cost time that no eye sees. */
const mostHeatColumns = 160;

/** Percentiles as lines and each column's histogram as a heat map, on a logarithmic axis where the map is shown. */
export function latencySpec({ theme, t }: SpecInput, locale: Locale, view: LatencyView): ChartSpec {
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
  const rims = withLines && withHeat ? lines.map(({ key }) => ({ ...lineBase(key, '', 5), borderColor: withAlpha(theme.card, 0.85), borderWidth: 4.5, fill: false })) : [];
  const heat: ChartDataset<'matrix', HeatCell[]> & { key: string } = {
    key: 'heat',
    type: 'matrix',
    label: t.charts.heat,
    data: [],
    parsing: false,
    order: 10,
    borderWidth: 0,
    backgroundColor: ({ raw }) => (raw as HeatCell | undefined)?.colour ?? 'transparent',
    width: ({ chart, raw }) => {
      const cell = raw as HeatCell | undefined;
      const x = chart.scales.x;
      return cell && x ? Math.max(1, x.getPixelForValue(cell.toMs) - x.getPixelForValue(cell.fromMs)) + 0.5 : 0;
    },
    height: ({ chart, raw }) => {
      const cell = raw as HeatCell | undefined;
      const y = chart.scales.y;
      return cell && y ? Math.max(1, y.getPixelForValue(cell.low) - y.getPixelForValue(cell.high)) + 0.5 : 0;
    },
  };
  return {
    key: 'latency',
    height: 200,
    datasets: withHeat ? [...lineSets, ...rims, heat] : lineSets,
    legend: withLines ? lines.map(({ key, shape }) => ({ key, label: key, colour: theme.colours[key], shape })) : [],
    fill({ columns, range }) {
      for (const [i, { q }] of lines.entries()) {
        const set = lineSets[i];
        if (set) set.data = columns.map((column) => ({ x: (column.fromMs + column.toMs) / 2, y: quantileOf(column, q) ?? Number.NaN }));
        const rim = rims[i];
        if (rim && set) rim.data = set.data;
      }
      if (withHeat) heat.data = heatCells(columns, theme.heat, range);
    },
    y: { log: withHeat, tick: (value) => formatMs(value, locale) },
  };
}

function heatCells(columns: readonly RequestColumn[], colours: readonly string[], range: TimeRange): HeatCell[] {
  const groupSize = Math.ceil(columns.length / mostHeatColumns);
  const groups = groupSize <= 1 ? columns : Array.from({ length: Math.ceil(columns.length / groupSize) }, (_, i) => mergeColumns(columns.slice(i * groupSize, (i + 1) * groupSize)));
  return groups.flatMap((column) => {
    const { durations } = column;
    // The matrix is not clipped to the plot.
    const fromMs = Math.max(column.fromMs, range.fromMs);
    const toMs = Math.min(column.toMs, range.toMs);
    if (!durations || toMs <= fromMs) return [];
    // Each column by its own largest cell: a slow second shows its shape as clearly as a fast one.
    const most = durations.cells.reduce((max, [, count]) => Math.max(max, count), 0);
    return durations.cells.map(([index, count]): HeatCell => {
      const { lower, upper } = cellBounds(durations.schema, index);
      return {
        x: (fromMs + toMs) / 2,
        y: Math.sqrt(lower * upper) * 1000,
        fromMs,
        toMs,
        low: lower * 1000,
        high: upper * 1000,
        colour: heatColour(colours, Math.log1p(count) / Math.log1p(most)),
      };
    });
  });
}
