import { type Incident } from '@/lib/model/incident';
import { type Correlation } from '@/lib/timeline/correlate';

/** The incident that an id is of: its own, or that of a scale event in it; null: there is none. */
export function incidentWith(
  { incidents }: Pick<Correlation, 'incidents'>,
  id: string | null,
): Incident | null {
  if (id === null) return null;
  return incidents.find((one) => one.id === id || one.eventIds.includes(id)) ?? null;
}

/** Whether a scale event is shown: it is in no incident, or in one that is open. */
export function isEventShown(
  { incidents }: Pick<Correlation, 'incidents'>,
  opened: ReadonlySet<string>,
): (eventId: string) => boolean {
  const closed = new Set(incidents.filter(({ id }) => !opened.has(id)).flatMap(({ eventIds }) => eventIds));
  return (eventId) => !closed.has(eventId);
}

/** Where a label is written (px), how wide it is, and which of its bar's texts it has. */
export interface PlacedLabel {
  leftPx: number;
  widthPx: number;
  text: number;
}

/**
 * A row for each bar, in the order in which they begin, so that those of several revisions at one time are not over each
 * other; of more than `mostRows` at once the last ones share one.
 */
export function rowsOfBars(bars: readonly { fromPx: number; toPx: number }[], mostRows: number): number[] {
  const usedPx: number[] = [];
  return bars.map(({ fromPx, toPx }) => {
    const free = usedPx.findIndex((endPx) => endPx <= fromPx);
    const row = free >= 0 ? free : Math.min(usedPx.length, mostRows - 1);
    usedPx[row] = Math.max(usedPx[row] ?? -Infinity, toPx);
    return row;
  });
}

/** A bar to be labelled. */
export interface LabelledBar {
  fromPx: number;
  /** How wide (px) each text is that it may be labelled with, the fullest first. */
  labelsPx: readonly number[];
  /** Of two that want one place, the greater has it. */
  weight: number;
  /** Another's label may run on below it. */
  isMinor?: boolean;
}

const betweenPx = 8;

/**
 * Places for labels below their bars, by the bars' weight: the fullest text of each that has room until the next bar begins,
 * and for the weightiest until the edge, where it is moved to the left. None is cut: null where none has room.
 */
export function placeLabels(
  bars: readonly LabelledBar[],
  { fromPx: leftEdgePx, toPx: rightEdgePx }: { fromPx: number; toPx: number },
): (PlacedLabel | null)[] {
  const placed: PlacedLabel[] = [];
  const places = bars.map((): PlacedLabel | null => null);
  const byWeight = bars.map((bar, i) => ({ ...bar, i })).sort((a, b) => b.weight - a.weight || a.i - b.i);
  for (const [rank, { i, fromPx, labelsPx, isMinor }] of byWeight.entries()) {
    const next = rank === 0 ? undefined : bars.slice(i + 1).find((one) => isMinor || !one.isMinor);
    const toPx = next ? Math.min(rightEdgePx, next.fromPx - betweenPx) : rightEdgePx;
    for (const [text, widthPx] of labelsPx.entries()) {
      const wantedPx = Math.max(leftEdgePx, fromPx);
      const leftPx = next ? wantedPx : Math.min(wantedPx, toPx - widthPx);
      const isFree = placed.every(
        (one) => leftPx >= one.leftPx + one.widthPx + betweenPx || leftPx + widthPx + betweenPx <= one.leftPx,
      );
      if (leftPx < leftEdgePx || leftPx + widthPx > toPx || !isFree) continue;
      placed.push((places[i] = { leftPx, widthPx, text }));
      break;
    }
  }
  return places;
}
