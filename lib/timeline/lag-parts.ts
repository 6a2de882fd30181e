import { decidedOn, type DecidedStep } from './decided';
import { type ScaleMatch } from './match';
import { type PodPart, type PodWait } from './pod-waits';
import { type PodLife } from './pods';

/** The parts of a lag, in the order of time. decide: due to decided; act: decided to the pod made; then its way to ready. */
export const lagPartNames = [
  'decide',
  'act',
  'schedule',
  'pull',
  'init',
  'start',
  'probe',
  'unknown',
] as const;
export type LagPart = (typeof lagPartNames)[number];

/** Where a scale-up's lag went: that of the pod that was ready last of those that were due. */
export interface LagParts {
  /** The pod's uid. */
  pod: string;
  /** When the cluster's own autoscaler decided it; null: it did not say. */
  decidedMs: number | null;
  /** ms. They add up to the lag. Null: not told apart; it is in the next one that is not null. */
  parts: Record<LagPart, number | null>;
}

/** Splits the lag of a scale-up; null where no pod's way to ready is known, or it never was. */
export function lagPartsOf(
  { expected, doneMs, reached }: ScaleMatch,
  {
    decided,
    waits,
    lives,
  }: { decided: readonly DecidedStep[]; waits: readonly PodWait[]; lives: readonly PodLife[] },
): LagParts | null {
  if (expected.to <= expected.from || doneMs === null) return null;
  const last = lives.filter(({ readyMs }) => readyMs === doneMs).map(({ uid }) => uid);
  const wait = waits.find(({ uid }) => last.includes(uid));
  if (!wait) return null;
  const found = decidedOn(decided, { pods: reached, isUp: true, beforeMs: wait.createdMs + sameMomentMs });
  // A pod that was made was decided on by then.
  const decidedMs = found === null ? null : Math.min(found, wait.createdMs);
  const sums: Record<PodPart, number> = { schedule: 0, pull: 0, init: 0, start: 0, probe: 0, unknown: 0 };
  for (const { part, fromMs, toMs } of wait.spans) sums[part] += toMs - fromMs;
  return {
    pod: wait.uid,
    decidedMs,
    parts: {
      decide: decidedMs === null ? null : decidedMs - expected.atMs,
      act: wait.createdMs - (decidedMs ?? expected.atMs),
      ...sums,
      pull: wait.knowsPulls ? sums.pull : null,
      unknown: sums.unknown > 0 ? sums.unknown : null,
    },
  };
}

/** A PodAutoscaler's status may be told this much after the pod that it asked for. */
const sameMomentMs = 1500;

/** A run's lags together: what each part took of them. */
export interface LagSum {
  /** The part that took the most. */
  most: LagPart;
  mostMs: number;
  totalMs: number;
  /** Scale-ups that were split. */
  events: number;
}

/** What makes most of a run's lag; null where nothing was late, or no lag could be split. Early parts count for nothing. */
export function mostOfLag(lags: readonly LagParts[]): LagSum | null {
  const sums = new Map<LagPart, number>();
  for (const { parts } of lags)
    for (const part of lagPartNames) sums.set(part, (sums.get(part) ?? 0) + Math.max(0, parts[part] ?? 0));
  const [most, mostMs] = [...sums].reduce((a, b) => (b[1] > a[1] ? b : a), ['unknown', 0]);
  const totalMs = [...sums.values()].reduce((sum, ms) => sum + ms, 0);
  return mostMs > 0 ? { most, mostMs, totalMs, events: lags.length } : null;
}
