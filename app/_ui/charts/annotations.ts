import { type AnnotationOptions } from 'chartjs-plugin-annotation';
import { type RecordingGap } from '@/lib/model/recording';
import { laneItems } from './lane-items';
import { type ChartModel, type TimeRange } from './model';
import { pattern, withAlpha, type ChartTheme } from './theme';

const gapOf: Record<string, RecordingGap['what'][]> = {
  requests: ['requests'],
  latency: ['requests'],
  pods: ['pods', 'decisions'],
  concurrency: ['concurrency', 'decisions'],
};

/** The gaps that a chart has to show. */
export function gapsOf(chart: string, gaps: readonly RecordingGap[]): RecordingGap[] {
  return gaps.filter((gap) => gapOf[chart]?.includes(gap.what) ?? false);
}

/** More lines than this in view would be a hatching: then the lane above the charts shows the events, and a zoom the lines. */
const mostLines = 80;

function isCrowded(
  { correlation: { expected, observed, losses } }: ChartModel,
  { fromMs, toMs }: TimeRange,
): boolean {
  const inView = ({ atMs }: { atMs: number }): boolean => atMs >= fromMs && atMs <= toMs;
  return (
    [expected, observed, losses].reduce((count, events) => count + events.filter(inView).length, 0) >
    mostLines
  );
}

/**
 * What lies over every chart: scale events (expected dashed, observed solid), the band of their lag between them, and
 * hatched bands where nothing was recorded. `onPick` gets the id of an event whose line was clicked.
 */
export function annotationsOf(
  chart: string,
  model: ChartModel,
  theme: ChartTheme,
  onPick: (id: string) => void,
  range: TimeRange,
): Record<string, AnnotationOptions> {
  const result: Record<string, AnnotationOptions> = {};
  const { correlation, recording, endMs } = model;
  const hatch = pattern('rising', theme.colours.gap, 0.08, 0.5);
  for (const gap of gapsOf(chart, recording.gaps)) {
    result[`gap${gap.id}`] = {
      type: 'box',
      xMin: gap.fromMs,
      xMax: gap.toMs ?? endMs,
      backgroundColor: hatch,
      borderWidth: 0,
      drawTime: 'beforeDatasetsDraw',
    };
  }
  if (isCrowded(model, range)) return result;
  const isSeen = (fromMs: number, toMs: number): boolean => toMs >= range.fromMs && fromMs <= range.toMs;
  for (const { id, bar, kind } of laneItems(model)) {
    if (!bar || !isSeen(bar.fromMs, bar.toMs)) continue;
    result[`lag${id}`] = {
      type: 'box',
      xMin: bar.fromMs,
      xMax: bar.toMs,
      backgroundColor: withAlpha(kind === 'matched' ? theme.colours.expected : theme.colours.panic, 0.1),
      borderWidth: 0,
      drawTime: 'beforeDatasetsDraw',
      click: () => onPick(id),
    };
  }
  const line = (id: string, atMs: number, colour: string, dash: number[]): void => {
    if (!isSeen(atMs, atMs)) return;
    result[id] = {
      type: 'line',
      scaleID: 'x',
      value: atMs,
      borderColor: colour,
      borderWidth: 1.25,
      borderDash: dash,
      drawTime: 'afterDatasetsDraw',
      hitTolerance: 6,
      click: () => onPick(id),
    };
  };
  for (const { id, atMs } of correlation.expected) line(id, atMs, theme.colours.expected, [4, 3]);
  for (const { id, atMs } of correlation.observed)
    line(id, atMs, withAlpha(theme.colours.observed, 0.65), []);
  for (const { id, atMs } of correlation.losses) line(id, atMs, theme.colours.panic, [1, 2]);
  return result;
}

/** Says whether the annotations of two models and ranges differ. */
export function annotationsKey({ correlation, recording, endMs }: ChartModel, range: TimeRange): string {
  const open =
    recording.gaps.some((gap) => gap.toMs === null) ||
    correlation.matched.some(({ doneMs }) => doneMs === null);
  return JSON.stringify([
    recording.gaps.map((gap) => [gap.id, gap.toMs]),
    correlation.expected.map((e) => e.id),
    correlation.observed.map((o) => [o.id, o.atMs, o.completeMs]),
    correlation.losses.map((l) => [l.id, l.readyMs]),
    open ? endMs : 0,
    range,
  ]);
}
