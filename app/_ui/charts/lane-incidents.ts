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

/** Where a label is written (px), and how wide it may be. */
export interface PlacedLabel {
  leftPx: number;
  widthPx: number;
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

/** A label narrower than this says nothing. */
const leastPx = 32;
const betweenPx = 8;

/**
 * Places for labels below their bars: from the bar's beginning, at the right edge moved to the left where that is free, and
 * cut where the next bar's begins. Null where none is left.
 */
export function placeLabels(
  bars: readonly { fromPx: number; labelPx: number }[],
  { fromPx: leftEdgePx, toPx: rightEdgePx }: { fromPx: number; toPx: number },
): (PlacedLabel | null)[] {
  let usedPx = leftEdgePx - betweenPx;
  return bars.map(({ fromPx, labelPx }, i) => {
    const next = bars[i + 1];
    const endPx = next ? Math.max(fromPx, next.fromPx - betweenPx) : rightEdgePx;
    const wantedPx = Math.max(leftEdgePx, fromPx);
    const leftPx = Math.max(usedPx + betweenPx, Math.min(wantedPx, endPx - labelPx));
    const widthPx = Math.min(labelPx, endPx - leftPx);
    if (widthPx < Math.min(labelPx, leastPx)) return null;
    usedPx = leftPx + widthPx;
    return { leftPx, widthPx };
  });
}
