import { type Incident } from '@/lib/model/incident';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type Span } from './cost';
import { mergeDurations, waitedFor, type Durations, type DurationSecond } from './durations';
import { quantileMs } from './requests';
import { slowDurations } from './slow-requests';

/** Longer requests (ms) than these are what is told, not how long one takes. */
const longestMs = 2000;

/** How long (ms) after a moment what was asked for then is surely pushed: it takes its time, and a push comes up to a second later. */
export function pushedAfterMs(seconds: readonly DurationSecond[]): number {
  const usualMs = quantileMs(mergeHistograms(seconds.map(({ histogram }) => histogram)), 0.5);
  return 1100 + Math.min(longestMs, usualMs ?? 0);
}

/**
 * What the requests of each of these times paid, the times being in order and apart: a push counts in the first that it
 * ends in. Null without a steady state, and of a time without requests.
 */
export function incidentCosts(
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
