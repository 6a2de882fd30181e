import { type Correlation } from './correlate';
import { lengthBySteps } from './incident-message';
import { lagPartNames } from '@/lib/model/lag-part';
import { type LagParts } from './lag-parts';

export type ScaleOutcome =
  'matched' | 'short' | 'missed' | 'superseded' | 'met' | 'unexpected' | 'reading' | 'correction' | 'lost';

/** A scale event with what was due beside what was seen. Times on the run's clock. */
export interface ScaleEventRow {
  id: string;
  /** Whose pods it is about; null where the service has one revision. */
  revision: string | null;
  outcome: ScaleOutcome;
  /** The one that was lost; null: it is a change of the pods' number. */
  pod: string | null;
  dueMs: number | null;
  dueFrom: number | null;
  dueTo: number | null;
  /** When the cluster's own autoscaler decided it; null: it did not, or did not say. */
  decidedMs: number | null;
  seenMs: number | null;
  seenFrom: number | null;
  seenTo: number | null;
  /** When the last pod that was due was ready, or gone. */
  doneMs: number | null;
  decideMs: number | null;
  actMs: number | null;
  startMs: number | null;
  totalMs: number | null;
  /** Where the lag went by the cluster's own word, ms; null: not known. */
  parts: LagParts['parts'] | null;
  requests: number | null;
  p95Ms: number | null;
  steadyP95Ms: number | null;
}

const none: Omit<ScaleEventRow, 'id' | 'outcome' | 'revision'> = {
  pod: null,
  dueMs: null,
  dueFrom: null,
  dueTo: null,
  decidedMs: null,
  seenMs: null,
  seenFrom: null,
  seenTo: null,
  doneMs: null,
  decideMs: null,
  actMs: null,
  startMs: null,
  totalMs: null,
  parts: null,
  requests: null,
  p95Ms: null,
  steadyP95Ms: null,
};

/** All scale events of a run in the order of time. */
export function scaleEventRows(c: Correlation): ScaleEventRow[] {
  const paid = (id: string): Partial<ScaleEventRow> => {
    const cost = c.costs[id];
    return cost ? { requests: cost.requests, p95Ms: cost.p95Ms, steadyP95Ms: cost.steadyP95Ms } : {};
  };
  const due =
    (outcome: ScaleOutcome) =>
    ({ id, atMs, from, to, revision }: Correlation['missed'][number]): ScaleEventRow => ({
      ...none,
      ...paid(id),
      id,
      revision: revision ?? null,
      outcome,
      dueMs: atMs,
      dueFrom: from,
      dueTo: to,
      decidedMs: c.decidedMs[id] ?? null,
    });
  const seen =
    (outcome: ScaleOutcome) =>
    ({ id, atMs, from, to, completeMs, revision }: Correlation['unexpected'][number]): ScaleEventRow => ({
      ...none,
      id,
      revision: revision ?? null,
      outcome,
      seenMs: atMs,
      seenFrom: from,
      seenTo: to,
      doneMs: completeMs,
    });
  const rows = [
    ...c.matched.map(({ expected, observed, further, reached, doneMs, lag }): ScaleEventRow => ({
      ...due(reached === expected.to ? 'matched' : 'short')(expected),
      seenMs: observed.atMs,
      seenFrom: observed.from,
      seenTo: further.at(-1)?.to ?? observed.to,
      doneMs,
      ...lag,
      parts: c.lagParts[expected.id]?.parts ?? null,
    })),
    ...c.missed.map(due('missed')),
    ...c.superseded.map(due('superseded')),
    ...c.met.map(due('met')),
    ...c.unexpected.map(seen('unexpected')),
    ...c.otherReadings.map(seen('reading')),
    ...c.corrections.map(seen('correction')),
    ...c.losses.map(({ id, atMs, readyMs, pod, revision = null }): ScaleEventRow => ({
      ...none,
      id,
      revision,
      pod,
      outcome: 'lost',
      seenMs: atMs,
      doneMs: readyMs,
      totalMs: readyMs === null ? null : readyMs - atMs,
    })),
  ];
  return rows.sort((a, b) => startOf(a) - startOf(b));
}

/** The row's first moment. */
export function startOf({ dueMs, seenMs }: ScaleEventRow): number {
  return Math.min(dueMs ?? Infinity, seenMs ?? Infinity);
}

/** A row whose lengths are the differences of its moments to the whole ms: so they add up, and agree with the moments. */
export function lagsToMs(row: ScaleEventRow): ScaleEventRow {
  const { dueMs, seenMs, doneMs, decideMs, actMs, startMs, totalMs, parts } = row;
  const beganMs = dueMs ?? seenMs;
  const between = (fromMs: number | null, toMs: number | null, known: number | null): number | null =>
    known === null || fromMs === null || toMs === null ? null : lengthBySteps({ fromMs, toMs }, 1);
  let reachedMs = beganMs;
  const split = (ms: number | null): number | null => {
    const fromMs = reachedMs;
    if (fromMs !== null && ms !== null) reachedMs = fromMs + ms;
    return between(fromMs, reachedMs, ms);
  };
  return {
    ...row,
    decideMs: between(dueMs === null ? null : dueMs - (decideMs ?? 0), dueMs, decideMs),
    actMs: between(dueMs, seenMs, actMs),
    startMs: between(seenMs, doneMs, startMs),
    totalMs: between(beganMs, doneMs, totalMs),
    parts:
      parts && (Object.fromEntries(lagPartNames.map((part) => [part, split(parts[part])])) as typeof parts),
  };
}
