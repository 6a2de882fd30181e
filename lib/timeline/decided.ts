import { type ClusterReport, type ScaleReport } from '@/lib/model/cluster-report';
import { type Decision, happenedMs } from '@/lib/model/recording';

/** How many pods the cluster's own autoscaler asks for from `atMs` on. */
export interface DecidedStep {
  atMs: number;
  pods: number;
}

/** A PodAutoscaler's status is written after its Deployment was: the change there is the same decision, told earlier. */
const sameDecisionMs = 2000;
const bySource: readonly ScaleReport['source'][] = ['podautoscaler', 'hpa', 'deployment'];

/**
 * What the cluster decided, summed over a service's revisions: each by its PodAutoscaler, else its HPA, else its
 * Deployment. Empty where the cluster said nothing of it.
 */
export function decidedSteps(reports: readonly ClusterReport[]): DecidedStep[] {
  const byRevision = new Map<string, ScaleReport[]>();
  for (const told of reports) {
    if (told.kind !== 'scale') continue;
    // What a watch told late was decided when the server says that it was written.
    const report = { ...told, atMs: happenedMs(told) };
    const own = byRevision.get(report.revision);
    if (own) own.push(report);
    else byRevision.set(report.revision, [report]);
  }
  const changes = [...byRevision].flatMap(([revision, own]) =>
    changesOf(own).map((change) => ({ ...change, revision })),
  );
  changes.sort((a, b) => a.atMs - b.atMs);
  const now = new Map<string, number>();
  const steps: DecidedStep[] = [];
  for (const { revision, atMs, pods } of changes) {
    now.set(revision, pods);
    const total = [...now.values()].reduce((sum, value) => sum + value, 0);
    const last = steps.at(-1);
    if (last?.atMs === atMs) last.pods = total;
    else if (last?.pods !== total) steps.push({ atMs, pods: total });
  }
  return steps;
}

function changesOf(reports: readonly ScaleReport[]): DecidedStep[] {
  const source = bySource.find((one) => reports.some((r) => r.source === one && r.desired !== null));
  const changes: DecidedStep[] = [];
  for (const { source: own, desired, atMs } of reports) {
    // Before the first decision there are as many as the Deployment was made with.
    const made = reports.find((one) => one.source === 'deployment' && one.atMs <= atMs + sameDecisionMs);
    const pods = desired ?? (changes.length === 0 ? (made?.desired ?? 0) : 0);
    if (own !== source || changes.at(-1)?.pods === pods) continue;
    const told = reports.find(
      (other) =>
        other.source === 'deployment' &&
        other.desired === pods &&
        other.atMs <= atMs &&
        other.atMs > Math.max(atMs - sameDecisionMs, changes.at(-1)?.atMs ?? -Infinity),
    );
    changes.push({ atMs: told?.atMs ?? atMs, pods });
  }
  return changes;
}

/** What was decided at a moment; null: nothing was known yet. */
export function decidedAt(steps: readonly DecidedStep[], atMs: number): number | null {
  return steps.findLast((step) => step.atMs <= atMs)?.pods ?? null;
}

/**
 * When the cluster decided on at least (going down: at most) so many pods, for good up to `beforeMs`; null: it had not by
 * then, or had when it was first seen.
 */
export function decidedOn(
  steps: readonly DecidedStep[],
  { pods, isUp, beforeMs }: { pods: number; isUp: boolean; beforeMs: number },
): number | null {
  const reaches = (step: DecidedStep): boolean => (isUp ? step.pods >= pods : step.pods <= pods);
  const until = steps.filter(({ atMs }) => atMs <= beforeMs);
  if (until.length === 0 || !reaches(until.at(-1)!)) return null;
  const before = until.findLastIndex((step) => !reaches(step));
  return before < 0 ? null : until[before + 1]!.atMs;
}

/** By how many pods our calculation and the cluster's autoscaler differed, over a time. */
export interface Difference {
  /** Mean of the absolute difference. */
  pods: number;
  /** Mean of decided minus due: below zero, the cluster asked for fewer. */
  signed: number;
  /** Of `pods`, the mean of what another reading of the same load asks for: either is right. */
  byReading: number;
}

/**
 * The mean difference over (fromMs, toMs], where both are known; null where they never are. `isReading`: whether another
 * reading of the load that a decision was made by asks for so many pods.
 */
export function differenceOf<D extends Pick<Decision, 'atMs' | 'valid' | 'replicas'>>(
  decisions: readonly D[],
  steps: readonly DecidedStep[],
  fromMs: number,
  toMs: number,
  isReading: (pods: number, decisions: readonly D[], index: number) => boolean = () => false,
): Difference | null {
  const due = decisions.filter(({ valid }) => valid);
  const beginMs = Math.max(fromMs, due[0]?.atMs ?? Infinity, steps[0]?.atMs ?? Infinity);
  if (!(beginMs < toMs)) return null;
  const moments = [...new Set([beginMs, ...due.map(({ atMs }) => atMs), ...steps.map(({ atMs }) => atMs)])]
    .filter((atMs) => atMs >= beginMs && atMs < toMs)
    .sort((a, b) => a - b);
  let absolute = 0;
  let signed = 0;
  let byReading = 0;
  let [d, s] = [0, 0];
  for (const [i, atMs] of moments.entries()) {
    while (due[d + 1] && due[d + 1]!.atMs <= atMs) d++;
    while (steps[s + 1] && steps[s + 1]!.atMs <= atMs) s++;
    const apart = steps[s]!.pods - due[d]!.replicas;
    const lengthMs = (moments[i + 1] ?? toMs) - atMs;
    absolute += Math.abs(apart) * lengthMs;
    signed += apart * lengthMs;
    if (apart !== 0 && isReading(steps[s]!.pods, due, d)) byReading += Math.abs(apart) * lengthMs;
  }
  const spanMs = toMs - beginMs;
  return { pods: absolute / spanMs, signed: signed / spanMs, byReading: byReading / spanMs };
}
