import { type ChartDataset, type ChartType, type Point, type ScriptableLineSegmentContext } from 'chart.js';
import { type Dictionary } from '../_i18n/en';
import { type RequestColumn } from './columns';
import { type ChartModel, type TimeRange } from './model';
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
  height: number;
  datasets: Datasets;
  legend: LegendItem[];
  /** Puts the frame's data into the datasets. */
  fill: (frame: Frame) => void;
  y: { log?: boolean; tick: (value: number) => string; whole?: boolean; suggestedMax?: number };
}

export interface SpecInput {
  theme: ChartTheme;
  t: Dictionary;
}

/** A line dataset's common parts: no points, no animation, data as it is. */
export function lineBase(key: string, label: string, order: number): TimeDataset & { key: string } {
  return { key, type: 'line', label, data: [], parsing: false, normalized: true, pointRadius: 0, pointHitRadius: 0, borderWidth: 1.5, order };
}

/** Lets the outline of a stacked area go where the area is empty, lest it trace the one below. `end` holds the step's value. */
export function hideZero(end: 'p0' | 'p1') {
  return { borderColor: (context: ScriptableLineSegmentContext) => (context[end].parsed.y === 0 ? 'transparent' : undefined) };
}
