import { type AutoscalerReport, type ClusterReport } from '@/lib/model/cluster-report';
import { decidedAt, type DecidedStep } from './decided';
import { isReading } from './incident-doubt';
import { type Decision, happenedMs, type RecordingGap } from '@/lib/model/recording';

/** What went into both decisions: three numbers, and of panic and of the activator in the path the share of time. */
const inputs = ['stable', 'panic', 'target', 'panicMode', 'activator'] as const;
type Input = (typeof inputs)[number];

/** An input that differed: means over the time in which both are known. */
export interface InputDifference {
  input: Input;
  ours: number;
  theirs: number;
  /** The longest stretch of decisions in which the two were apart. */
  fromMs: number;
  toMs: number;
  /** Whose it is, where the service has several revisions. */
  revision?: string;
}

/** Less than both is no difference: the two look at other moments of one load. */
const leastShare = 0.1;
/** The autoscaler's metrics are read this often (ms). */
const readEveryMs = 2000;
const least: Readonly<Record<Input, number>> = {
  stable: 0.5,
  panic: 0.5,
  target: 0.5,
  panicMode: 0.15,
  activator: 0.15,
};

/**
 * The inputs in which the cluster's autoscaler, by its own metrics, and our calculation differed, where they explain
 * something: the two asked for different numbers of pods meanwhile, and not for what another reading of the same load asks
 * for. Where nobody knows what the cluster decided, each is told. While the cluster did not answer (`gaps`) nobody knows
 * what its autoscaler saw.
 */
export function inputDifferences(
  decisions: readonly Decision[],
  reports: readonly ClusterReport[],
  fromMs: number,
  toMs: number,
  gaps: readonly RecordingGap[],
  decided: readonly DecidedStep[],
): InputDifference[] {
  const silent = gaps.filter(({ what }) => what === 'pods' || what === 'reports');
  const isKnown = (atMs: number): boolean =>
    !silent.some((gap) => gap.fromMs <= atMs && atMs <= (gap.toMs ?? Infinity) + readEveryMs);
  const theirs = reports
    .filter((report): report is AutoscalerReport => report.kind === 'autoscaler')
    .map((report) => ({ report, atMs: happenedMs(report) }))
    .sort((a, b) => a.atMs - b.atMs);
  const valid = decisions.filter(
    ({ valid: is, atMs }) => is && atMs >= fromMs && atMs <= toMs && isKnown(atMs),
  );
  const differences: InputDifference[] = [];
  const asksOtherwise = valid.map(
    (_, i) => decided.length === 0 || askedOtherwise(valid, i, decided) !== null,
  );
  for (const input of inputs) {
    let [ours, others, count] = [0, 0, 0];
    const stretches: { fromMs: number; toMs: number }[] = [];
    let wasApart = false;
    let next = 0;
    const now = new Map<string, { value: number; untilMs: number }>();
    for (const [i, decision] of valid.entries()) {
      for (; theirs[next] && theirs[next]!.atMs <= decision.atMs; next++) {
        const { report, atMs } = theirs[next]!;
        const value = theirOf(report, input);
        if (value !== null) now.set(report.revision, { value, untilMs: atMs + (report.heldMs ?? Infinity) });
      }
      const own = ownOf(decision, input);
      const values = [...now.values()]
        .filter(({ untilMs }) => untilMs >= decision.atMs)
        .map(({ value }) => value);
      if (own === null || values.length === 0) continue;
      // What is in flight adds up; the rest is each revision's own.
      const addsUp = input === 'stable' || input === 'panic';
      const their = addsUp ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
      others += their;
      ours += own;
      count++;
      const { atMs } = decision;
      const isApart = areApart(input, own, their) && asksOtherwise[i]!;
      if (isApart && wasApart) stretches.at(-1)!.toMs = atMs;
      else if (isApart) stretches.push({ fromMs: atMs, toMs: atMs });
      wasApart = isApart;
    }
    if (count === 0 || !areApart(input, ours / count, others / count)) continue;
    const longest = stretches.reduce<(typeof stretches)[number] | null>(
      (most, one) => (!most || one.toMs - one.fromMs > most.toMs - most.fromMs ? one : most),
      null,
    );
    if (!longest) continue;
    differences.push({ input, ours: ours / count, theirs: others / count, ...longest });
  }
  return differences;
}

/**
 * What the cluster asked for at a decision of ours, where it asked for another number of pods than any reading of the load
 * up to a tick of its own from it; null elsewhere.
 */
export function askedOtherwise(
  decisions: readonly Decision[],
  index: number,
  decided: readonly DecidedStep[],
): number | null {
  const { atMs, replicas } = decisions[index]!;
  const before = decidedAt(decided, atMs - readEveryMs);
  const around = decided.filter((step) => Math.abs(step.atMs - atMs) <= readEveryMs).map(({ pods }) => pods);
  const asked = before === null ? around : [before, ...around];
  const isOther = (pods: number): boolean => pods !== replicas && !isReading(pods, decisions, index);
  return asked.length > 0 && asked.every(isOther) ? (decidedAt(decided, atMs) ?? asked[0]!) : null;
}

function areApart(input: Input, ours: number, theirs: number): boolean {
  const apart = Math.abs(ours - theirs);
  return apart >= least[input] && apart >= leastShare * Math.max(ours, theirs);
}

function theirOf(report: AutoscalerReport, input: Input): number | null {
  return input === 'activator' ? inPath(report.excess) : report[input];
}

function ownOf({ stableAverage, panicAverage, panicMode, reason }: Decision, input: Input): number | null {
  switch (input) {
    case 'stable':
      return stableAverage;
    case 'panic':
      return panicAverage;
    case 'target':
      return typeof reason.target === 'number' ? reason.target : null;
    case 'panicMode':
      return Number(panicMode);
    case 'activator':
      return inPath(reason.excessBurstCapacity);
  }
}

/** Whether the activator is in the path: it is while the excess burst capacity is below zero (spec, section 4). */
function inPath(excess: unknown): number | null {
  return typeof excess === 'number' ? Number(excess < 0) : null;
}
