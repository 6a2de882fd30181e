import { type ConcurrencySample } from '@/lib/model/recording';
import {
  durationsBetween,
  mergeDurations,
  waitedFor,
  type Durations,
  type DurationSecond,
} from './durations';
import { quantileMs } from './requests';
import { slowDurations } from './slow-requests';

/** What the requests paid while pods that were due were not ready. */
export interface GapCost {
  fromMs: number;
  toMs: number;
  /** Requests that ended in this time. */
  requests: number;
  /** Of them, those that were slow, as `slowDurations` counts them; null without a steady state. */
  waited: number | null;
  /** p95 of those that were slow; null where none was. */
  waitedP95Ms: number | null;
  /** p95 of all of them. */
  p95Ms: number | null;
  /** p95 of all requests outside such gaps; null where the run has no second outside. */
  steadyP95Ms: number | null;
  /** Most requests that waited at the gateway at once; null where it does not tell. */
  mostWaiting: number | null;
}

export interface Span {
  fromMs: number;
  toMs: number;
}

/** A request of the gap's last moment is in the push after it, up to a second later. */
const pushMs = 1100;

/**
 * The durations of the seconds that touch none of these gaps (of pods, or of the recording) and in which no request
 * waited, as far as the gateway tells; null if there are none.
 */
export function steadyState(
  seconds: readonly DurationSecond[],
  gaps: readonly Span[],
  samples: readonly ConcurrencySample[],
): Durations | null {
  const touches =
    (spans: readonly Span[]) =>
    (second: DurationSecond): boolean =>
      spans.some((span) => second.toMs > span.fromMs && second.fromMs < span.toMs);
  const queues = samples.flatMap(({ atMs, waiting, instant }) =>
    !instant && waiting !== null && waiting >= 1 ? [{ fromMs: atMs - 1000, toMs: atMs }] : [],
  );
  const inGap = touches(gaps);
  const inQueue = touches(queues);
  const steady = seconds.filter((second) => !inGap(second) && !inQueue(second));
  return steady.length === 0 ? null : mergeDurations(steady);
}

/**
 * From where pods were due to when the last of them was ready, and on until the requests that had piled up were gone:
 * as long again as the lag was, at the most, and two seconds at the least.
 */
export function gapOf(dueMs: number, readyMs: number, samples: readonly ConcurrencySample[]): Span {
  const longestMs = readyMs + Math.max(2000, readyMs - dueMs);
  const drained = samples.find(
    (sample) =>
      !sample.instant && sample.atMs >= readyMs + 1000 && sample.waiting !== null && sample.waiting < 1,
  );
  return {
    fromMs: dueMs,
    toMs: Math.min(longestMs, Math.max(readyMs + pushMs, drained?.atMs ?? readyMs + pushMs)),
  };
}

/** What the requests in a gap paid against the steady state. */
export function costOf(
  { fromMs, toMs }: Span,
  seconds: readonly DurationSecond[],
  steady: Durations | null,
  samples: readonly ConcurrencySample[],
): GapCost {
  const during = durationsBetween(seconds, fromMs, toMs);
  const waiting = samples.flatMap((sample) =>
    sample.atMs > fromMs && sample.atMs <= toMs && sample.waiting !== null ? [sample.waiting] : [],
  );
  const slow = slowDurations(during, steady);
  return {
    fromMs,
    toMs,
    requests: waitedFor(during),
    waited: slow?.count ?? null,
    waitedP95Ms: slow?.p95Ms ?? null,
    p95Ms: quantileMs(during?.histogram ?? null, 0.95),
    steadyP95Ms: quantileMs(steady?.histogram ?? null, 0.95),
    mostWaiting: waiting.length > 0 ? Math.max(...waiting) : null,
  };
}
