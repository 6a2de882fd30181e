import { tickMsOf } from '@/lib/model/autoscaler-config';
import { type AutoscalerReport, type ClusterReport } from '@/lib/model/cluster-report';
import { type ConcurrencySample, type Decision, happenedMs } from '@/lib/model/recording';
import { sameTickMs, ticksOf } from './cluster-ticks';
import { type Span } from './cost';
import { decidedAt, type DecidedStep } from './decided';

/** Activator and queue-proxies report once in this time (ms), each at a beat of its own; the autoscaler's buckets are as long. */
const beatMs = 1000;
/** Readings of one load that are no further apart than this part of the higher are one. */
const leastApart = 0.05;
const tickMs = tickMsOf('kpa');

/**
 * Decisions as the cluster's own averages make them, where these are our load with reports that came at another beat
 * (docs/decisions/past-phase-and-activator.md). While the load changes, averages are up to a second behind ours or ahead of
 * them, and from zero the first report of 1 has a second of its own or shares one: 50 in flight are then 25, 38 and 42 on
 * average, or 50 at once. Nobody tells the beat but these averages, so what is due by them is due. What they cannot have
 * by any beat stays ours, as does a number of pods that does not follow from them. `initial`: the pods before the first.
 */
export function onReportBeats(
  decisions: readonly Decision[],
  initial: number,
  reports: readonly ClusterReport[],
  decided: readonly DecidedStep[],
  concurrency: readonly ConcurrencySample[],
): Decision[] {
  const told = reports
    .filter((report): report is AutoscalerReport => report.kind === 'autoscaler' && !report.heldMs)
    .map((report) => ({ ...report, atMs: happenedMs(report) }))
    .sort((a, b) => a.atMs - b.atMs);
  const isOfOne = new Set(told.map(({ revision }) => revision)).size <= 1;
  if (!isOfOne || decisions[0]?.reason.class !== 'kpa') return [...decisions];
  const seconds = concurrency.filter(({ instant }) => !instant);
  const ticks = ticksOf(decided);
  const wasZero = (atMs: number): boolean =>
    (decisions.findLast((one) => one.valid && one.atMs <= atMs)?.replicas ?? initial) === 0;
  let beat: Decision | null = null;
  let before = initial;
  return decisions.map((decision) => {
    if (!decision.valid) return decision;
    // From no pod on it decides at once, not at a tick.
    const atOnce = before === 0;
    before = decision.replicas;
    const tickAtMs = tickOf(decision.atMs, ticks);
    if (atOnce || Math.abs(tickAtMs - decision.atMs) > sameTickMs) return decision;
    const load = { seconds, wasZero };
    const asked = decidedAt(decided, tickAtMs + sameTickMs);
    const word = wordOn(tickAtMs, asked, told);
    const byBeat = word
      ? read(decision, word, beat, load)
      : asked === null
        ? null
        : readUntold(decision, asked, beat, load);
    if (byBeat) beat = { ...decision, ...byBeat };
    // What the cluster has not told yet is not known to be otherwise.
    else if (word || asked !== null || !beat || decision.atMs - beat.atMs > 2 * tickMs) beat = null;
    else return { ...decision, ...numbersOf(beat) };
    return beat ?? decision;
  });
}

/** When the tick of the cluster's was that a decision lies at; the decision's own time where none was seen. */
function tickOf(atMs: number, ticks: readonly number[]): number {
  const anchor = ticks.findLast((tick) => tick <= atMs + sameTickMs) ?? ticks[0];
  return anchor === undefined ? atMs : anchor + Math.round((atMs - anchor) / tickMs) * tickMs;
}

/** What the autoscaler said after a tick of what it had `asked` for at it; null: by then it told of another tick, or nothing. */
function wordOn(
  tickAtMs: number,
  asked: number | null,
  told: readonly AutoscalerReport[],
): AutoscalerReport | null {
  const word = told.find(({ atMs }) => atMs >= tickAtMs);
  if (!word || word.atMs >= tickAtMs + tickMs + (asked === null ? 0 : sameTickMs)) return null;
  return asked === null || word.desired === asked ? word : null;
}

type Numbers = Pick<Decision, 'desiredPods' | 'replicas' | 'stableAverage' | 'panicAverage' | 'panicMode'>;

const numbersOf = ({ desiredPods, replicas, stableAverage, panicAverage, panicMode }: Numbers): Numbers => ({
  desiredPods,
  replicas,
  stableAverage,
  panicAverage,
  panicMode,
});

/** The decision by the autoscaler's word; null: it is the same as ours, or no reading of the same load. */
function read(
  decision: Decision,
  word: AutoscalerReport,
  before: Decision | null,
  load: Load,
): Numbers | null {
  const { stable, panic, desired } = word;
  const { metric, target, minScale, maxScale, stableWindowMs, panicWindowMs } = decision.reason;
  if (stable === null || panic === null || desired === null || metric !== 'concurrency') return null;
  if (desired === decision.replicas && !before) return null;
  if (![target, minScale, maxScale, stableWindowMs, panicWindowMs].every((one) => typeof one === 'number'))
    return null;
  const panicMode = word.panicMode === 1;
  const asked = Math.ceil((panicMode ? Math.max(stable, panic) : stable) / (target as number));
  const held = panicMode && before?.replicas === desired && asked <= desired;
  const bounded = Math.min(Math.max(asked, minScale as number), (maxScale as number) || Infinity);
  if (bounded !== desired && !held) return null;
  const average = panicMode ? panic : stable;
  const windowMs = (panicMode ? panicWindowMs : stableWindowMs) as number;
  const range = readingsOver({ fromMs: decision.atMs - windowMs, toMs: decision.atMs }, load);
  return range && average >= range.least && average <= range.most
    ? { desiredPods: desired, replicas: desired, stableAverage: stable, panicAverage: panic, panicMode }
    : null;
}

/** The same where the autoscaler did not tell what it saw: by what it asked for. */
function readUntold(decision: Decision, asked: number, before: Decision | null, load: Load): Numbers | null {
  const { metric, target, minScale, maxScale, stableWindowMs, panicWindowMs } = decision.reason;
  if (metric !== 'concurrency' || (asked === decision.replicas && !before)) return null;
  if (![target, minScale, maxScale, stableWindowMs, panicWindowMs].every((one) => typeof one === 'number'))
    return null;
  const windowMs = (decision.panicMode ? panicWindowMs : stableWindowMs) as number;
  const range = readingsOver({ fromMs: decision.atMs - windowMs, toMs: decision.atMs }, load);
  const podsFor = (average: number): number =>
    Math.min(
      Math.max(Math.ceil(average / (target as number)), minScale as number),
      (maxScale as number) || Infinity,
    );
  if (!range || asked < podsFor(range.least) || asked > podsFor(range.most)) return null;
  return {
    desiredPods: asked,
    replicas: asked,
    stableAverage: null,
    panicAverage: null,
    panicMode: decision.panicMode,
  };
}

interface Load {
  seconds: readonly ConcurrencySample[];
  /** Whether no pod was asked for at a moment. */
  wasZero: (atMs: number) => boolean;
}

/** The averages that reports at any beat make of the load in a window; null: there is no load, or they are one. */
function readingsOver(
  { fromMs, toMs }: Span,
  { seconds, wasZero }: Load,
): { least: number; most: number } | null {
  const near = seconds.filter(({ atMs }) => atMs > fromMs - beatMs && atMs < toMs + 2 * beatMs);
  const first = near.find(({ total }) => total > 0);
  if (!first) return null;
  const whole = (toMs - fromMs) / beatMs;
  // Without a pod nobody reports: the window then begins with the first request, else it holds the zeros before it.
  const since = wasZero(first.atMs - beatMs)
    ? Math.max(1, Math.min(whole, Math.floor((toMs - first.atMs) / beatMs) + 1))
    : whole;
  const now = areaOf(near, fromMs, toMs);
  const before = areaOf(near, fromMs - beatMs, toMs - beatMs);
  // The second in which the first request came is told of by the mean since it.
  const peak = Math.max(...near.map(({ total }) => total));
  const most = Math.min(Math.max(now, before) + peak, peak * since) / since;
  const least = Math.min(now, before) / Math.min(whole, since + 1);
  return most - least > leastApart * most ? { least, most } : null;
}

/** Requests in flight × seconds. */
function areaOf(seconds: readonly ConcurrencySample[], fromMs: number, toMs: number): number {
  let area = 0;
  for (const { atMs, total } of seconds)
    area += total * Math.max(0, Math.min(toMs, atMs) - Math.max(fromMs, atMs - beatMs));
  return area / beatMs;
}
