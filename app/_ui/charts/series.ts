import { type ChartDataset, type ChartType, type Point, type ScriptableLineSegmentContext } from 'chart.js';
import { type RequestColumn } from '@/lib/timeline/columns';
import { type Words } from '@/lib/words/words';
import { type HeatLayer } from './heat-layer';
import { type ChartModel, type TimeRange } from './model';
import { type StackedCorner } from './stack';
import { type ChartTheme } from './theme';

/** How a series looks in a legend: the same colour and pattern as in its chart. */
export interface LegendItem {
  key: string;
  label: string;
  colour: string;
  shape: 'area' | 'rising' | 'falling' | 'cross' | 'dots' | 'level' | 'line' | 'dashed' | 'dotted';
}

/** What one drawing of all charts has in common. */
export interface Frame {
  model: ChartModel;
  range: TimeRange;
  columns: readonly RequestColumn[];
}

export type TimeDataset = ChartDataset<'line', Point[]>;
export type Datasets = ChartDataset<ChartType, unknown[]>[];

/** One chart on the shared time axis: its series, and how they are filled from a frame. */
export interface ChartSpec {
  key: string;
  /** Where this differs the chart is made anew: its axis' kind and its layer stay as they were made. */
  form?: string;
  height: number;
  datasets: Datasets;
  legend: LegendItem[];
  /** What is drawn behind the series. */
  layer?: HeatLayer;
  /** Puts the frame's data into the datasets. */
  fill: (frame: Frame) => void;
  y: {
    log?: boolean;
    tick: (value: number) => string;
    whole?: boolean;
    suggestedMax?: number;
    stacked?: boolean;
  };
}

export interface SpecInput {
  theme: ChartTheme;
  t: Words;
}

/** A line dataset's common parts: no points, no animation, data as it is. */
export function lineBase(key: string, label: string, order: number): TimeDataset & { key: string } {
  return {
    key,
    type: 'line',
    label,
    data: [],
    parsing: false,
    normalized: true,
    pointRadius: 0,
    pointHitRadius: 0,
    borderWidth: 1.5,
    order,
  };
}

/** A corner of a step. */
export interface Corner {
  x: number;
  y: number;
}

/** Two points of a step lie this far apart (ms), since a stack needs every x only once. */
const stepMs = 0.01;

/** Values that each cover a span, as the corners of steps; between spans that do not touch there is nothing. */
export function spanSteps(spans: readonly { fromMs: number; toMs: number; y: number }[]): Corner[] {
  return spans.flatMap(({ fromMs, toMs, y }, i) => {
    const before = spans[i - 1];
    const hole =
      before && fromMs - before.toMs > 1
        ? [
            { x: before.toMs + stepMs, y: 0 },
            { x: fromMs, y: 0 },
          ]
        : [];
    return [...hole, { x: fromMs + stepMs, y }, { x: toMs, y }];
  });
}

/** Values that each hold until the next, as the corners of steps; the last until `endMs`. */
export function heldSteps(points: readonly Corner[], endMs: number): Corner[] {
  return points.flatMap(({ x, y }, i) => {
    const toMs = points[i + 1]?.x ?? endMs;
    return toMs > x
      ? [
          { x, y },
          { x: toMs - stepMs, y },
        ]
      : [{ x, y }];
  });
}

/** Lets the outline of a stacked area go where the area is empty, lest it trace the one below. */
export const hideZero = {
  borderColor: ({ p1 }: ScriptableLineSegmentContext) => {
    const { y, own = y }: Partial<StackedCorner> = p1.parsed as Corner;
    return own === 0 ? 'transparent' : undefined;
  },
};

/** With more points than this each outlined piece is a pixel or two wide, and chart.js compares every piece with every other. */
const mostOutlined = 300;

/** A stacked area's outline: none where it would be all that is seen, and what takes longest to draw. */
export function outlineOf({
  data,
  segment,
  borderWidth,
}: TimeDataset): Pick<TimeDataset, 'segment' | 'borderWidth'> {
  return data.length <= mostOutlined ? { segment, borderWidth } : { segment: undefined, borderWidth: 0 };
}

/** Fills a stacked area down to the one before it. `stack` would take lines over the areas for what lies below. */
export function below(index: number): 'origin' | '-1' {
  return index === 0 ? 'origin' : '-1';
}
