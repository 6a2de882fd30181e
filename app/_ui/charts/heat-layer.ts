import { type Chart, type Plugin } from 'chart.js';
import { cellBounds } from '@/lib/statistics/histogram/bounds';
import { mergeColumns, type RequestColumn } from '@/lib/timeline/columns';
import { type TimeRange } from './model';
import { heatColour } from './theme';

/** A column of the map: its span in time, and of each of its histogram's cells the bounds (ms) and the level of its colour. */
interface HeatColumn extends TimeRange {
  cells: { lowMs: number; highMs: number; level: number }[];
}

/** More columns than this cost time that no eye sees. */
const mostColumns = 160;
/** So many shades are told apart; each is filled at once. */
const levels = 24;

/**
 * The columns' histograms as a map behind a chart's lines, drawn by a plug-in: a dataset of ten thousand elements, each
 * with options of its own, takes chart.js longer than all the rest of a run's page.
 */
export class HeatLayer {
  private columns: HeatColumn[] = [];
  private readonly colours: string[];

  /** `scale`: colours from few to many. */
  constructor(scale: readonly string[]) {
    this.colours = Array.from({ length: levels }, (_, level) => heatColour(scale, level / (levels - 1)));
  }

  readonly plugin: Plugin = { id: 'heat', beforeDatasetsDraw: (chart) => this.draw(chart) };

  /** Takes what of the columns lies in the range, several as one where there are many. */
  fill(columns: readonly RequestColumn[], range: TimeRange): void {
    const size = Math.ceil(columns.length / mostColumns);
    const groups =
      size <= 1
        ? columns
        : Array.from({ length: Math.ceil(columns.length / size) }, (_, i) =>
            mergeColumns(columns.slice(i * size, (i + 1) * size)),
          );
    const boundsOf = new Map<number, { lowMs: number; highMs: number }>();
    let known = Number.NaN;
    this.columns = groups.flatMap(({ fromMs, toMs, durations }) => {
      if (!durations || toMs <= range.fromMs || fromMs >= range.toMs) return [];
      // Each column by its own largest cell: a slow second shows its shape as clearly as a fast one.
      const most = durations.cells.reduce((max, [, count]) => Math.max(max, count), 0);
      const perLevel = (levels - 1) / Math.log1p(most);
      if (durations.schema !== known) boundsOf.clear();
      known = durations.schema;
      const cells = durations.cells.map(([index, count]) => {
        let bounds = boundsOf.get(index);
        if (!bounds) {
          const { lower, upper } = cellBounds(durations.schema, index);
          boundsOf.set(index, (bounds = { lowMs: lower * 1000, highMs: upper * 1000 }));
        }
        return { ...bounds, level: Math.round(Math.log1p(count) * perLevel) };
      });
      return [{ fromMs, toMs, cells }];
    });
  }

  /** The least and the greatest duration (ms) on the map; null where it is empty. */
  bounds(): { min: number; max: number } | null {
    let [min, max] = [Infinity, 0];
    for (const { cells } of this.columns) {
      for (const { lowMs, highMs } of cells) {
        min = Math.min(min, lowMs);
        max = Math.max(max, highMs);
      }
    }
    return max > 0 ? { min, max } : null;
  }

  private draw({ ctx, chartArea, scales: { x, y } }: Chart): void {
    if (!x || !y) return;
    const known = new Map<number, number>();
    const pixelOf = (ms: number): number => {
      let pixel = known.get(ms);
      if (pixel === undefined) known.set(ms, (pixel = y.getPixelForValue(ms)));
      return pixel;
    };
    const shades = this.colours.map((): Path2D | null => null);
    for (const { fromMs, toMs, cells } of this.columns) {
      const left = x.getPixelForValue(fromMs);
      // A little over its edge, lest the ground shine through between neighbours.
      const width = Math.max(1, x.getPixelForValue(toMs) - left) + 0.5;
      for (const { lowMs, highMs, level } of cells) {
        const top = pixelOf(highMs);
        (shades[level] ??= new Path2D()).rect(left, top, width, Math.max(1, pixelOf(lowMs) - top) + 0.5);
      }
    }
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
    ctx.clip();
    for (const [level, path] of shades.entries()) {
      if (!path) continue;
      ctx.fillStyle = this.colours[level]!;
      ctx.fill(path);
    }
    ctx.restore();
  }
}
