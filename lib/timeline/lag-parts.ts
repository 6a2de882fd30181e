import { type LagPart, lagPartNames } from '@/lib/model/lag-part';
import { type EarliestReady } from '@/lib/model/probe';
import { type RunFigures } from '@/lib/model/run';
import { decidedOn, type DecidedStep } from './decided';
import { type ScaleMatch } from './match';
import { type PodPart, type PodWait } from './pod-waits';
import { type PodLife } from './pods';

/** Where a scale-up's lag went: that of the pod that was ready last of those that were due. */
export interface LagParts {
  /** The pod's uid. */
  pod: string;
  /** When the cluster's own autoscaler decided it; null: it did not say. */
  decidedMs: number | null;
  /** ms. They add up to the lag. Null: not told apart; it is in the next one that is not null. */
  parts: Record<LagPart, number | null>;
  /** When the pod could be ready at the earliest, by its probes; null: they are not known. */
  earliest: EarliestReady | null;
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
    earliest: wait.earliest,
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

/** What makes most of the lag of several runs: the part that took the most, of those whose lags could be split. */
export interface RunsLag {
  part: LagPart;
  share: number;
  /** Runs in which it took the most, and runs whose lags could be split. */
  runs: number;
  of: number;
}

/** Sums up what made most of each run's lag; null where no run's could be split. */
export function mostOfRunsLag(
  figures: readonly Pick<RunFigures, 'lagPart' | 'lagPartMs' | 'lagMs'>[],
): RunsLag | null {
  const split = figures.flatMap(({ lagPart, lagPartMs, lagMs }) =>
    lagPart && lagPartMs && lagMs ? [{ lagPart, lagPartMs, lagMs }] : [],
  );
  const sums = new Map<LagPart, number>();
  for (const { lagPart, lagPartMs } of split) sums.set(lagPart, (sums.get(lagPart) ?? 0) + lagPartMs);
  const [most] = [...sums].sort((a, b) => b[1] - a[1]);
  if (!most) return null;
  const own = split.filter(({ lagPart }) => lagPart === most[0]);
  const total = own.reduce((sum, { lagMs }) => sum + lagMs, 0);
  return { part: most[0], share: most[1] / total, runs: own.length, of: split.length };
}
