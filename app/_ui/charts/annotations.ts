import { type AnnotationOptions } from 'chartjs-plugin-annotation';
import { type RecordingGap } from '@/lib/model/recording';
import { incidentWith, isEventShown } from './lane-incidents';
import { type ChartModel, type TimeRange } from './model';
import { protocolChartKeys } from './protocol-spans';
import { pattern, withAlpha, type ChartTheme } from './theme';

const gapOf: Record<string, RecordingGap['what'][]> = {
  requests: ['requests'],
  latency: ['requests'],
  ...Object.fromEntries(protocolChartKeys.map((key) => [key, ['requests' as const]])),
  pods: ['pods', 'decisions'],
  concurrency: ['concurrency', 'decisions', 'activator'],
  usage: ['reports', 'decisions'],
  averages: ['reports', 'decisions'],
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
 * What lies over a chart: a tint from beginning to end of each incident in which pods were missing, but for the heat map,
 * whose colours it would change; the lines of the scale events that the lane shows (expected dashed, observed solid); and
 * hatched bands where nothing was recorded. `opened`: ids of incidents, or of events in them. `onPick` gets the id of what was clicked.
 */
export function annotationsOf(
  chart: string,
  model: ChartModel,
  theme: ChartTheme,
  onPick: (id: string) => void,
  range: TimeRange,
  opened: readonly (string | null)[],
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
  const isSeen = (fromMs: number, toMs: number): boolean => toMs >= range.fromMs && fromMs <= range.toMs;
  for (const { id, kind, startMs, endMs: untilMs, isUnclear } of correlation.incidents) {
    if (kind !== 'short' || chart === 'latency' || !isSeen(startMs, untilMs)) continue;
    result[`incident${id}`] = {
      type: 'box',
      xMin: startMs,
      xMax: untilMs,
      backgroundColor: withAlpha(isUnclear ? theme.colours.gap : theme.colours.panic, 0.07),
      borderWidth: 0,
      drawTime: 'beforeDatasetsDraw',
      click: () => onPick(id),
    };
  }
  if (isCrowded(model, range)) return result;
  const isEventSeen = isEventShown(
    correlation,
    new Set(opened.flatMap((id) => incidentWith(correlation, id)?.id ?? [])),
  );
  const line = (id: string, atMs: number, colour: string, dash: number[]): void => {
    if (!isSeen(atMs, atMs) || !isEventSeen(id)) return;
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
export function annotationsKey(
  { correlation, recording, endMs }: ChartModel,
  range: TimeRange,
  opened: readonly (string | null)[],
): string {
  const open =
    recording.gaps.some((gap) => gap.toMs === null) ||
    correlation.matched.some(({ doneMs }) => doneMs === null);
  return JSON.stringify([
    recording.gaps.map((gap) => [gap.id, gap.toMs]),
    correlation.expected.map((e) => e.id),
    correlation.observed.map((o) => [o.id, o.atMs, o.completeMs]),
    correlation.losses.map((l) => [l.id, l.readyMs]),
    correlation.incidents.map(({ startMs, endMs: untilMs }) => [startMs, untilMs]),
    opened,
    open ? endMs : 0,
    range,
  ]);
}
