import { type Recording } from './recording';

/** A recording in which nothing was recorded. */
export const emptyRecording: Recording = { series: [], points: [], podEvents: [], concurrency: [], decisions: [], gaps: [] };

/**
 * The recording with an increment added. Rows that are there already change nothing, so that a resumed stream may
 * repeat some; gaps are replaced, since an open one is closed later.
 */
export function appendRecording(current: Recording, increment: Recording): Recording {
  return {
    series: append(current.series, increment.series),
    points: append(current.points, increment.points),
    podEvents: append(current.podEvents, increment.podEvents),
    concurrency: append(current.concurrency, increment.concurrency),
    decisions: append(current.decisions, increment.decisions),
    gaps: increment.gaps.length > 0 ? increment.gaps : current.gaps,
  };
}

// Ids grow, in store and stream alike: what is not above the last one is known.
function append<T extends { id: number }>(current: T[], added: T[]): T[] {
  const last = current.at(-1)?.id ?? -1;
  const fresh = added.filter((row) => row.id > last);
  return fresh.length === 0 ? current : current.concat(fresh);
}
