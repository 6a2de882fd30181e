import { printedLag } from '@/lib/timeline/printed-lag';
import { type ChartModel } from './model';

/** One scale event of the lane: what was due, what was seen, or both joined by their lag. */
export interface LaneItem {
  id: string;
  /** Whose pods it is about; null where the service has one revision. */
  revision: string | null;
  kind: 'matched' | 'short' | 'missed' | 'idle' | 'unexpected' | 'reading' | 'lost';
  fromMs: number;
  toMs: number;
  expectedMs: number | null;
  /** When the cluster's own autoscaler decided it; null: it did not, or did not say. */
  decidedMs: number | null;
  /** Observed events that answer it; `own`: no earlier item has this marker. */
  observed: { id: string; atMs: number; own: boolean }[];
  /** From where to where pods were due and not there. */
  bar: { fromMs: number; toMs: number } | null;
  change: [from: number, to: number] | null;
  /** As it is printed. */
  lagMs: number | null;
}

/** The lane's items in the order of time. */
export function laneItems({ correlation: c, endMs, run }: ChartModel): LaneItem[] {
  const items: LaneItem[] = [];
  const drawn = new Set<string>();
  for (const { expected, observed, further, reached, doneMs, lag } of c.matched) {
    const goesOn = doneMs === null && run.endedAtMs === null;
    const barEndMs =
      doneMs ?? (goesOn ? endMs : (c.costs[expected.id]?.toMs ?? further.at(-1)?.atMs ?? observed.atMs));
    const startMs = Math.min(expected.atMs, observed.atMs);
    const decidedMs = c.decidedMs[expected.id] ?? null;
    items.push({
      id: expected.id,
      revision: expected.revision ?? null,
      kind: reached === expected.to && (doneMs !== null || goesOn) ? 'matched' : 'short',
      fromMs: Math.min(startMs, decidedMs ?? startMs),
      toMs: Math.max(expected.atMs, observed.atMs, barEndMs, decidedMs ?? 0),
      expectedMs: expected.atMs,
      decidedMs,
      observed: [observed, ...further].map(({ id, atMs }) => ({
        id,
        atMs,
        own: !drawn.has(id) && drawn.add(id) !== undefined,
      })),
      bar: { fromMs: startMs, toMs: Math.max(startMs, barEndMs) },
      change: [expected.from, expected.to],
      lagMs: printedLag(expected.atMs, { totalMs: lag.totalMs, parts: [] }).totalMs,
    });
  }
  for (const { id, atMs, from, to, revision = null } of c.missed) {
    const cost = c.costs[id];
    items.push({
      id,
      revision,
      kind: 'missed',
      fromMs: atMs,
      toMs: cost?.toMs ?? atMs,
      expectedMs: atMs,
      decidedMs: c.decidedMs[id] ?? null,
      observed: [],
      bar: cost ? { fromMs: atMs, toMs: cost.toMs } : null,
      change: [from, to],
      lagMs: null,
    });
  }
  for (const { id, atMs, from, to, revision = null } of [...c.superseded, ...c.met])
    items.push({
      id,
      revision,
      kind: 'idle',
      fromMs: atMs,
      toMs: atMs,
      expectedMs: atMs,
      decidedMs: null,
      observed: [],
      bar: null,
      change: [from, to],
      lagMs: null,
    });
  const unasked = [...c.unexpected, ...c.corrections, ...c.otherReadings];
  for (const event of unasked) {
    const { id, atMs, from, to, revision = null } = event;
    items.push({
      id,
      revision,
      kind: c.otherReadings.includes(event) ? 'reading' : 'unexpected',
      fromMs: atMs,
      toMs: atMs,
      expectedMs: null,
      decidedMs: null,
      observed: [{ id, atMs, own: true }],
      bar: null,
      change: [from, to],
      lagMs: null,
    });
  }
  for (const { id, atMs, readyMs, revision = null } of c.losses) {
    items.push({
      id,
      revision,
      kind: 'lost',
      fromMs: atMs,
      toMs: readyMs ?? atMs,
      expectedMs: null,
      decidedMs: null,
      observed: [{ id, atMs, own: true }],
      bar: readyMs === null ? null : { fromMs: atMs, toMs: readyMs },
      change: null,
      lagMs: readyMs === null ? null : printedLag(atMs, { totalMs: readyMs - atMs, parts: [] }).totalMs,
    });
  }
  return items.sort((a, b) => a.fromMs - b.fromMs);
}

/** The first row in which each item and its label have room; null where all are taken: nothing is written over another. */
export function placeItems(
  items: readonly { fromPx: number; toPx: number; labelPx: number }[],
  mostRows: number,
): (number | null)[] {
  const ends: number[] = [];
  return items.map(({ fromPx, toPx, labelPx }) => {
    const start = fromPx - 8;
    let row = ends.findIndex((used) => used <= start);
    if (row < 0 && ends.length < mostRows) row = ends.length;
    if (row < 0) return null;
    ends[row] = toPx + 14 + labelPx;
    return row;
  });
}
