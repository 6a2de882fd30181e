import { matchScaleEvents, type Matching, type ScaleMatch } from './match';
import { podsAt, podTimeline, type PodStep, type PodTimeline } from './pods';
import { type Recording } from './recording';
import { histogramBetween, quantileMs } from './requests';
import { expectedScaleEvents, observedScaleEvents, type ExpectedScaleEvent, type ObservedScaleEvent } from './scale-events';

/** What the requests paid between a decision and its last ready pod. */
export interface GapCost {
  fromMs: number;
  toMs: number;
  requests: number;
  p95Ms: number | null;
  /** p95 of all requests outside such gaps. */
  steadyP95Ms: number | null;
  /** Most requests that waited at the gateway at once. */
  mostWaiting: number | null;
}

export interface Correlation extends Matching {
  /** Nothing was left to do: the cluster had at least these pods (or no more than these) already. */
  met: ExpectedScaleEvent[];
  expected: ExpectedScaleEvent[];
  observed: ObservedScaleEvent[];
  pods: PodTimeline;
  /** By the expected event's id: matched scale-ups only. */
  costs: Record<string, GapCost>;
}

/** Puts what should have occurred beside what did, with each scale-up's price. `loadStartMs`: when k6 began. */
export function correlate(recording: Recording, loadStartMs: number | null = null): Correlation {
  const pods = podTimeline(recording.podEvents);
  const before = recording.decisions[0] ? podsAt(pods.steps, recording.decisions[0].atMs) : null;
  const initial = before ? before.pending + before.starting + before.ready : 0;
  // Pods that a scale event made just before the first decision belong to that event, not to what was there.
  const preexisting = pods.lives.filter((life) => life.preexisting).length;
  const expected = expectedScaleEvents(recording.decisions, Math.min(initial, preexisting));
  const observed = observedScaleEvents(pods.lives);
  const matching = matchScaleEvents(expected, observed, loadStartMs);
  const met = matching.missed.filter((event) => isMet(event, podsAt(pods.steps, event.atMs)));
  return { ...matching, missed: matching.missed.filter((event) => !met.includes(event)), met, expected, observed, pods, costs: costsOf(recording, matching.matched) };
}

function isMet({ from, to }: ExpectedScaleEvent, { pending, starting, ready }: PodStep): boolean {
  const there = pending + starting + ready;
  return to > from ? there >= to : there <= to;
}

function costsOf(recording: Recording, matched: ScaleMatch[]): Record<string, GapCost> {
  const gaps = matched.filter(({ expected }) => expected.to > expected.from).map(({ expected, observed }) => ({
    id: expected.id,
    fromMs: Math.min(expected.atMs, observed.atMs),
    // A second's point bears its end: the second in which the last pod got ready still belongs to the gap.
    toMs: Math.ceil((observed.completeMs ?? observed.atMs) / 1000) * 1000 + 1000,
  }));
  const lastGapMs = Math.max(0, ...gaps.map((gap) => gap.toMs));
  const steadyP95Ms = quantileMs(histogramBetween(recording, 'http_req_duration', lastGapMs, Infinity), 0.95);
  return Object.fromEntries(gaps.map(({ id, fromMs, toMs }) => {
    const during = histogramBetween(recording, 'http_req_duration', fromMs, toMs);
    const waiting = recording.concurrency.filter((s) => s.atMs > fromMs && s.atMs <= toMs && s.waiting !== null).map((s) => s.waiting!);
    return [id, { fromMs, toMs, requests: during?.count ?? 0, p95Ms: quantileMs(during, 0.95), steadyP95Ms, mostWaiting: waiting.length > 0 ? Math.max(...waiting) : null }];
  }));
}
