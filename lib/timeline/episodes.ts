import { type GapCost, type Span } from './cost';
import { type Matching } from './match';
import { podTime } from './pod-time';
import { type PodStep } from './pods';
import { type ExpectedScaleEvent } from './scale-events';

/** One or several scale-ups in a row whose gaps overlap: what a reader takes for one event. */
export interface Episode {
  /** Its expected events, in order. */
  events: ExpectedScaleEvent[];
  fromMs: number;
  toMs: number;
  /** Pods that were there before, and the most that were due. */
  from: number;
  to: number;
  /** When the first event was due, and the one that asked for the most. */
  dueMs: number;
  mostDueMs: number;
  /** When the last pod that was due was ready; null: never. */
  readyMs: number | null;
  /** Most pods that were ready at once meanwhile. */
  mostReady: number;
  /** Whether the cluster did anything about it. */
  answered: boolean;
  cost: GapCost;
  /** Requests that ended in it and in no episode before it: those of several revisions may be at one time. */
  ownRequests: number;
}

/** Puts scale-ups together whose gaps overlap, each with its price as a whole. */
export function episodesOf(
  { matched }: Matching,
  spans: ReadonlyMap<ExpectedScaleEvent, Span>,
  steps: readonly PodStep[],
  price: (span: Span) => GapCost,
): Episode[] {
  const groups: { events: ExpectedScaleEvent[]; span: Span }[] = [];
  for (const [event, span] of spans) {
    const last = groups.at(-1);
    if (last && span.fromMs <= last.span.toMs) {
      last.events.push(event);
      last.span.toMs = Math.max(last.span.toMs, span.toMs);
    } else groups.push({ events: [event], span: { ...span } });
  }
  return groups.map(({ events, span }) => {
    const most = events.reduce((a, b) => (b.to > a.to ? b : a));
    const own = matched.filter((match) => events.includes(match.expected));
    const cost = price(span);
    return {
      events,
      ...span,
      from: events[0]!.from,
      to: most.to,
      dueMs: events[0]!.atMs,
      mostDueMs: most.atMs,
      readyMs: own.find((match) => match.expected === most)?.doneMs ?? null,
      mostReady: podTime(steps, span.fromMs, span.toMs).mostReady,
      answered: own.length > 0,
      cost,
      ownRequests: cost.requests,
    };
  });
}
