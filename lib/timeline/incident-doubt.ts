import { tickMsOf } from '@/lib/model/autoscaler-config';
import { type Decision } from '@/lib/model/recording';
import { type Doubt } from '@/lib/model/incident';
import { message, type Message } from '@/lib/model/message';
import { type Span } from './cost';
import { type IncidentInput } from './incident-input';
import { type ExpectedScaleEvent, type ObservedScaleEvent } from './scale-events';

/**
 * What was measured at the gateway and what the cluster's own windows hold agree within so much: where less than that
 * decides on a pod more or fewer, either is right. In the recordings of a real Knative (testdata/real-runs) the means of 6 s
 * of a steady load differ from its autoscaler's panic average by 1.6 % at the most.
 */
const edgeShare = 0.016;

/** The average that a decision was made by. */
export function averageOf({ panicMode, panicAverage, stableAverage }: Decision): number | null {
  if (!panicMode || panicAverage === null) return stableAverage;
  return Math.max(panicAverage, stableAverage ?? -Infinity);
}

/** Whether an event's last pod is due by less than two readings of one load differ: 49.4 ÷ 7 = 7.06 are eight pods, or seven. */
export function isAtEdge(
  event: ExpectedScaleEvent,
  { decisions }: Pick<IncidentInput, 'decisions'>,
): boolean {
  return edgeOf(event, decisions) !== null;
}

function edgeOf(
  { decisionId, to, from }: ExpectedScaleEvent,
  decisions: readonly Decision[],
): { average: number; target: number } | null {
  const decision = decisions.find(({ id }) => id === decisionId);
  const target = decision?.reason.target;
  const average = decision ? averageOf(decision) : null;
  if (!decision || to <= from || typeof target !== 'number' || average === null || to < 2) return null;
  const pods = average / target;
  const beyond = pods - (to - 1);
  return beyond > 0 && pods <= to && beyond <= edgeShare * pods ? { average, target } : null;
}

/** A tick of ours may be so much later (ms) than the cluster's that decided on the same. */
const tickMs = tickMsOf('kpa');

/**
 * Whether a change of the cluster's that was not asked for is what another reading of the same load asks for: a real Knative
 * went to eight pods by 27.99 in flight ÷ 3.5, where 28.2 was measured at its gateway, which are nine.
 */
export function isAnotherReading(
  { atMs, to, revision }: ObservedScaleEvent,
  decisions: readonly Decision[],
): boolean {
  const own = decisions
    .filter(
      ({ valid, part, atMs: decidedMs }) =>
        valid &&
        decidedMs <= atMs + tickMs &&
        (revision === undefined || !part || part.revision === revision),
    )
    .map((one) => (revision !== undefined && one.part ? { ...one, ...one.part } : one));
  return isReading(to, own, own.length - 1);
}

/** From when on (ms) no reading of the load asks for what a change that was not asked for came to; Infinity: one does to the end. */
export function unaskedFrom(event: ObservedScaleEvent, decisions: readonly Decision[]): number {
  if (!isAnotherReading(event, decisions)) return event.atMs;
  const known = decisions.filter(({ valid }) => valid);
  const first = known.find(({ atMs }, i) => atMs > event.atMs && !isReading(event.to, known, i));
  return first?.atMs ?? Infinity;
}

/**
 * Whether another reading of the load that the decision at `index` was made by asks for so many pods. Where pods are held
 * that its average asks for no more (panic, a delay), the decision that brought them is looked at.
 */
export function isReading(pods: number, decisions: readonly Decision[], index: number): boolean {
  const last = decisions[index];
  if (!last) return false;
  const readings = readingsOf(last) ?? readingsOf(broughtBy(decisions, index));
  return readings !== null && pods >= readings.fewest && pods <= readings.most;
}

/** Pods are looked for this far back (ms): longer than panic and delays usually hold them, and a day is soon gone through. */
const mostHeldMs = 600_000;

/** The decision that brought the pods which the one at `index` holds. */
function broughtBy(decisions: readonly Decision[], index: number): Decision {
  const { replicas, atMs } = decisions[index]!;
  let first = index;
  for (let one = decisions[first - 1]; one?.replicas === replicas; one = decisions[first - 1]) {
    if (one.atMs < atMs - mostHeldMs) break;
    first--;
  }
  return decisions[first]!;
}

/** The pods that readings of one load ask for; null where it was not the load that decided: a bound, a delay, panic. */
function readingsOf(decision: Decision): { fewest: number; most: number } | null {
  const { target } = decision.reason;
  const average = averageOf(decision);
  if (average === null || typeof target !== 'number' || target <= 0) return null;
  const pods = average / target;
  if (Math.ceil(pods) !== decision.replicas) return null;
  return { fewest: Math.ceil(pods * (1 - edgeShare)), most: Math.ceil(pods * (1 + edgeShare)) };
}

/** Why our own inputs are in doubt over a time; null: they are not. */
export function doubtOver(
  { fromMs, toMs }: Span,
  edges: readonly ExpectedScaleEvent[],
  input: IncidentInput,
): { doubt: Doubt; evidence: Message } | null {
  const gap = input.gaps.find((one) => one.fromMs < toMs && (one.toMs ?? Infinity) > fromMs && whatOf(one));
  const what = gap && whatOf(gap);
  if (gap && what) return { doubt: 'gap', evidence: gapDoubt(gap, what, input.endMs) };
  const during = input.decisions.filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
  const blind = during.filter(({ valid }) => !valid).length;
  if (blind > 0 && blind * 2 > during.length)
    return {
      doubt: 'no-data',
      evidence: message('incidents.doubt-no-data', {
        metric: metricOf(during),
        blind,
        of: during.length,
      }),
    };
  for (const event of edges) {
    const edge = edgeOf(event, input.decisions);
    if (edge)
      return {
        doubt: 'rounding-edge',
        evidence: message('incidents.doubt-rounding-edge', {
          average: { figure: 'tenths', value: edge.average },
          target: { figure: 'tenths', value: edge.target },
          pods: (edge.average / edge.target).toFixed(2),
          more: event.to,
          fewer: event.to - 1,
        }),
      };
  }
  return null;
}

/** What a gap leaves out that marks stand on; null: none of it. */
function whatOf({ what }: IncidentInput['gaps'][number]): 'concurrency' | 'pods' | 'decisions' | null {
  return what === 'concurrency' || what === 'pods' || what === 'decisions' ? what : null;
}

/** Whose word on decisions is taken first (`decidedSteps`). */
const deciders = /^(podautoscalers|horizontalpodautoscalers)\./;

/** Whether the cluster's decisions were not heard over a time: what it was heard to ask for last is then no evidence. */
export function decisionsUnheard(
  { fromMs, toMs }: Span,
  { gaps, endMs }: Pick<IncidentInput, 'gaps' | 'endMs'>,
): Message | null {
  const gap = gaps.find(
    (one) =>
      one.what === 'reports' &&
      one.fromMs < toMs &&
      (one.toMs ?? Infinity) > fromMs &&
      deciders.test(String(one.data?.resource)),
  );
  return gap ? gapDoubt(gap, 'reports', endMs) : null;
}

function gapDoubt(
  gap: IncidentInput['gaps'][number],
  what: 'concurrency' | 'pods' | 'decisions' | 'reports',
  endMs: number,
): Message {
  return message('incidents.doubt-gap', {
    what,
    from: { figure: 'second', value: gap.fromMs },
    to: { figure: 'second', value: Math.min(gap.toMs ?? endMs, endMs) },
  });
}

function metricOf(decisions: readonly Decision[]): string {
  const metric = decisions.at(-1)?.reason.metric;
  return typeof metric === 'string' ? metric : '';
}

/**
 * Whether pods were there for a load that nobody recorded, and a decision's window reaches back to it: then the cluster's
 * averages hold what ours do not.
 */
export function lacksHistory(atMs: number, { pods, decisions, concurrency }: IncidentInput): Message | null {
  const first = decisions[0];
  const began = concurrency[0]?.atMs;
  if (!first || began === undefined) return null;
  const { minScale, stableWindowMs, pastKnown } = first.reason;
  // The run before was recorded, and its load is in our averages too.
  if (pastKnown === true) return null;
  const there = pods.lives.filter(({ preexisting }) => preexisting).length;
  const own = Math.max(1, typeof minScale === 'number' ? minScale : 0);
  const windowMs = typeof stableWindowMs === 'number' ? stableWindowMs : 0;
  return there > own && atMs - began < windowMs
    ? message('incidents.doubt-no-history', { pods: there })
    : null;
}
