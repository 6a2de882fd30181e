import { livePods, podsAt, type PodStep } from './pods';
import { type ExpectedScaleEvent, type ObservedScaleEvent } from './scale-events';

export interface Lag {
  /** From the load that demanded it to our decision; null where the load's beginning is not known. */
  decideMs: number | null;
  /** From our decision to the change of the pods' number; negative: the cluster was first. */
  actMs: number;
  /** From the change to the last pod that was due ready (or gone); null: it never was. */
  startMs: number | null;
  /**
   * From our decision to the last pod that was due ready (or gone); null: it never was. Negative: the cluster was early,
   * which is told as that; where lags are summed up (the worst, the mean) it counts as 0.
   */
  totalMs: number | null;
}

export interface ScaleMatch {
  expected: ExpectedScaleEvent;
  /** The cluster's first step towards it. */
  observed: ObservedScaleEvent;
  /** Its further steps, in order. */
  further: ObservedScaleEvent[];
  /** How many pods these steps came to on the way to `expected.to`: that, or short of it. */
  reached: number;
  /** When the last pod that was due was ready (or gone): the tenth of ten, whatever came beyond it; null: never. */
  doneMs: number | null;
  lag: Lag;
}

export interface Matching {
  matched: ScaleMatch[];
  /** Should have occurred and did not. */
  missed: ExpectedScaleEvent[];
  /** Taken back, or overtaken by the recording's end, before the cluster could be asked to have done anything. */
  superseded: ExpectedScaleEvent[];
  /** The pods' number was there already: nothing was to be done. */
  met: ExpectedScaleEvent[];
  /** Occurred and should not have. */
  unexpected: ObservedScaleEvent[];
  /** Brought the pods back towards the number that was due, after the cluster had left it. */
  corrections: ObservedScaleEvent[];
}

export interface MatchInput {
  expected: readonly ExpectedScaleEvent[];
  observed: readonly ObservedScaleEvent[];
  steps: readonly PodStep[];
  /** The end of what was recorded. */
  endMs: number;
  /** When the load began to ask for more than `from` pods; null: not known. */
  roseMs: (event: ExpectedScaleEvent) => number | null;
}

/** The cluster may be this much earlier than our calculation: its tick has another phase, its metrics come sooner. */
const earlyMs = 4000;
/** Two ticks: what was taken back sooner could not be acted on, and what was may still be acted on for so long. */
const graceMs = 4000;

/**
 * Finds for each expected event what the cluster did about it, pod by pod: an event from 3 to 10 asks for the fourth to
 * the tenth pod until a later one takes them back, and the observed event that brought the tenth answers it. So one
 * observed event may answer several expected ones, several may answer one, and one that stops at the seventh falls
 * short. Scaling down is the same with pods going.
 */
export function matchScaleEvents(input: MatchInput): Matching {
  const { expected, observed, endMs } = input;
  const result: Matching = {
    matched: [],
    missed: [],
    superseded: [],
    met: [],
    unexpected: [],
    corrections: [],
  };
  const answered = new Set<ObservedScaleEvent>();
  for (const [i, event] of expected.entries()) {
    const untilMs = takenBackMs(event, expected.slice(i + 1));
    const answers: ObservedScaleEvent[] = [];
    let reached: number | null = null;
    let there = true;
    for (const pod of podsOf(event)) {
      const answer = answerTo(event, pod, untilMs, input);
      if (answer === null) {
        there = false;
        break;
      }
      reached = isUp(event) ? pod : pod - 1;
      if (answer === 'there') continue;
      there = false;
      if (!answers.includes(answer)) answers.push(answer);
    }
    for (const answer of answers) answered.add(answer);
    const hadTime = Math.min(untilMs, endMs) - event.atMs >= graceMs;
    if (there) result.met.push(event);
    else if (answers.length > 0 && (hadTime || reached === event.to)) {
      result.matched.push(
        matchOf(
          event,
          answers.sort((a, b) => a.atMs - b.atMs),
          reached!,
          input,
        ),
      );
    } else if (hadTime) result.missed.push(event);
    else result.superseded.push(event);
  }
  for (const event of observed) {
    // The calculation may ask for the same a moment later: of the recording's last moment nobody knows.
    if (answered.has(event) || endMs - event.atMs < earlyMs) continue;
    const due = dueAt(input, event.atMs);
    (Math.abs(event.to - due) < Math.abs(event.from - due) ? result.corrections : result.unexpected).push(
      event,
    );
  }
  return result;
}

const isUp = ({ from, to }: { from: number; to: number }): boolean => to > from;

/** The pods that an event brings or takes, by their place: going up the fourth to the tenth, going down the tenth to the fourth. */
function podsOf({ from, to }: ExpectedScaleEvent): number[] {
  return to > from
    ? Array.from({ length: to - from }, (_, i) => from + 1 + i)
    : Array.from({ length: from - to }, (_, i) => from - i);
}

/** Until when an event's last pod was asked for: a later event took it back. */
function takenBackMs(event: ExpectedScaleEvent, later: readonly ExpectedScaleEvent[]): number {
  return later.find((next) => (isUp(event) ? next.to < event.to : next.to > event.to))?.atMs ?? Infinity;
}

/** The observed event that brought (or took) the pod; `there` if that was so before; null if it never came. */
function answerTo(
  event: ExpectedScaleEvent,
  pod: number,
  untilMs: number,
  { observed, steps }: MatchInput,
): ObservedScaleEvent | 'there' | null {
  const up = isUp(event);
  const brings = ({ from, to }: ObservedScaleEvent): boolean =>
    up ? from < pod && to >= pod : from >= pod && to < pod;
  const undoes = ({ from, to }: ObservedScaleEvent): boolean =>
    up ? from >= pod && to < pod : from < pod && to >= pod;
  const before = observed.findLast((one) => one.atMs <= event.atMs && (brings(one) || undoes(one)));
  if (before && brings(before)) return before.atMs >= event.atMs - earlyMs ? before : 'there';
  if (!before) {
    const first = observed[0];
    const count = first ? first.from : livePods(podsAt(steps, event.atMs));
    if (up ? count >= pod : count < pod) return 'there';
  }
  return (
    observed.find((one) => one.atMs > event.atMs && one.atMs <= untilMs + graceMs && brings(one)) ?? null
  );
}

/** The pods that were due at a moment. */
function dueAt({ expected, observed }: MatchInput, atMs: number): number {
  return (
    expected.findLast((event) => event.atMs <= atMs + earlyMs)?.to ??
    expected[0]?.from ??
    observed[0]?.from ??
    0
  );
}

function matchOf(
  expected: ExpectedScaleEvent,
  answers: readonly ObservedScaleEvent[],
  reached: number,
  input: MatchInput,
): ScaleMatch {
  const [observed, ...further] = answers as [ObservedScaleEvent, ...ObservedScaleEvent[]];
  const doneMs = isUp(expected)
    ? readyMs(expected, observed, reached, input)
    : goneMs(expected, answers, reached);
  const rose = input.roseMs(expected);
  return {
    expected,
    observed,
    further,
    reached,
    doneMs,
    lag: {
      decideMs: rose === null || !isUp(expected) ? null : Math.max(0, expected.atMs - rose),
      actMs: observed.atMs - expected.atMs,
      startMs: doneMs === null ? null : doneMs - observed.atMs,
      totalMs: doneMs === null ? null : doneMs - expected.atMs,
    },
  };
}

/** When as many pods as were due were ready, as long as the cluster kept so many. */
function readyMs(
  expected: ExpectedScaleEvent,
  observed: ObservedScaleEvent,
  reached: number,
  { observed: all, steps }: MatchInput,
): number | null {
  if (reached < expected.to) return null;
  const leftMs =
    all.find((one) => one.atMs > observed.atMs && one.to < expected.to && one.from >= expected.to)?.atMs ??
    Infinity;
  return (
    steps.find((step) => step.atMs >= observed.atMs && step.atMs <= leftMs && step.ready >= expected.to)
      ?.atMs ?? null
  );
}

function goneMs(
  expected: ExpectedScaleEvent,
  answers: readonly ObservedScaleEvent[],
  reached: number,
): number | null {
  if (reached > expected.to) return null;
  const ends = answers.map(({ completeMs }) => completeMs);
  return ends.includes(null) ? null : Math.max(...ends.map(Number));
}
