import { type Incident } from '@/lib/model/incident';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type CorrelationInput } from './correlate';
import { type Span, steadyState } from './cost';
import { mergeDurations, waitedFor, type Durations, type DurationSecond } from './durations';
import { quantileMs } from './requests';
import { slowDurations } from './slow-requests';

/** Longer requests (ms) than these are what is told, not how long one takes. */
const longestMs = 2000;

/** How long (ms) after a moment what was asked for then is surely pushed: it takes its time, and a push comes up to a second later. */
function pushedAfterMs(seconds: readonly DurationSecond[]): number {
  const usualMs = quantileMs(mergeHistograms(seconds.map(({ histogram }) => histogram)), 0.5);
  return 1100 + Math.min(longestMs, usualMs ?? 0);
}

/** What the cost of incidents is made from. */
type CostInput = Pick<CorrelationInput, 'seconds' | 'concurrency' | 'gaps'> & { load: Span };

/**
 * What the requests of each of these times paid, the times being in the order in which they begin: a push counts in the
 * first that it ends in, since k6's requests are of no revision. Null without a steady state, and of a time without requests
 * of its own.
 */
export function costsOf(spans: readonly Span[], input: CostInput): Incident['slow'][] {
  return incidentCosts(spans, input.seconds, steadyOf(spans, input));
}

/** The seconds in which nothing was short, nobody waited and everything was recorded. */
function steadyOf(spans: readonly Span[], { seconds, concurrency, gaps, load }: CostInput): Durations | null {
  const unrecorded = gaps
    .filter(({ what }) => what === 'concurrency' || what === 'requests')
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? Infinity }));
  const pushMs = pushedAfterMs(seconds);
  const short = spans.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + pushMs }));
  const under = seconds.filter(({ toMs }) => toMs > load.fromMs);
  return steadyState(under, [...short, ...unrecorded], concurrency);
}

function incidentCosts(
  spans: readonly Span[],
  seconds: readonly DurationSecond[],
  steady: Durations | null,
): Incident['slow'][] {
  const steadyP95Ms = quantileMs(steady?.histogram ?? null, 0.95);
  const pushMs = pushedAfterMs(seconds);
  let countedMs = -Infinity;
  return spans.map(({ fromMs, toMs }) => {
    const own = seconds.filter(
      (second) => second.toMs > Math.max(fromMs, countedMs) && second.toMs <= toMs + pushMs,
    );
    countedMs = Math.max(countedMs, toMs + pushMs);
    const during = mergeDurations(own);
    const slow = slowDurations(during, steady);
    const requests = waitedFor(during);
    return slow === null || steadyP95Ms === null || requests === 0
      ? null
      : { requests, ...slow, steadyP95Ms };
  });
}
