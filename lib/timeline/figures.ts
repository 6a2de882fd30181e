import { type ConcurrencySample } from '@/lib/model/recording';
import { type RunSummary } from '@/lib/model/run';
import { quantileMs } from '@/lib/statistics/histogram/quantile';
import { mergeColumns, type RequestColumn } from './columns';
import { type Correlation } from './correlate';
import { type Span } from './cost';
import { knownMostLatency } from './known-most';
import { latencyMetricOf, summedRequests } from './protocols';
import { podTime } from './pod-time';
import { podsAt, type PodStep } from './pods';

/**
 * Each figure of a run's requests and pods that pages, exports and results show, with its formula. Where k6's own summary
 * has a figure that one is taken: it is of every single request. Slow requests are in slow-requests.ts, an incident's in
 * incident-cost.ts, the worst incident in lib/verdict/worst-incident.ts, what was used of pods in places-use.ts, a distribution's in distribution.ts.
 */
/** Requests that ended: k6's count, else the sum over the columns. */
export function requestsOf(columns: readonly RequestColumn[], summary: RunSummary | null): number {
  return summedRequests(summary)?.count ?? columns.reduce((sum, { requests }) => sum + requests, 0);
}

/**
 * Of them those that failed. k6's `passes` of http_req_failed are the requests for which "failed" was true; of other
 * protocols it counts none, so that the recording tells.
 */
export function failuresOf(columns: readonly RequestColumn[], summary: RunSummary | null): number {
  return summedRequests(summary)?.failures ?? columns.reduce((sum, { failures }) => sum + failures, 0);
}

/**
 * How long of (fromMs, toMs] requests were recorded, in ms: the time that the columns cover. What lies between two of
 * them, before the first and behind the last, nobody knows the requests of.
 */
export function recordedMs(
  columns: readonly Pick<RequestColumn, 'fromMs' | 'toMs'>[],
  fromMs = -Infinity,
  toMs = Infinity,
): number {
  let covered = 0;
  let untilMs = fromMs;
  for (const column of columns) {
    const beginMs = Math.max(untilMs, column.fromMs);
    const endMs = Math.min(toMs, column.toMs);
    if (endMs > beginMs) covered += endMs - beginMs;
    untilMs = Math.max(untilMs, column.toMs);
  }
  return covered;
}

/** Requests a second: k6's rate, else the recorded requests ÷ the time in which they were recorded; null for no time. */
export function meanRateOf(
  columns: readonly RequestColumn[],
  summary: RunSummary | null,
  fromMs = -Infinity,
  toMs = Infinity,
): number | null {
  const seconds = recordedMs(columns, fromMs, toMs) / 1000;
  return summedRequests(summary)?.perSecond ?? (seconds > 0 ? requestsOf(columns, null) / seconds : null);
}

/** A percentile of the request times in ms (`share` 0.95: p95): k6's exact one, else the recorded histograms' together, never above k6's maximum. */
export function percentileOf(
  columns: readonly RequestColumn[],
  summary: RunSummary | null,
  share: number,
): number | null {
  const metric = latencyMetricOf(summary);
  const exact = metric === null ? null : exactPercentile(summary, metric, share);
  if (exact !== null) return exact;
  const { durations } = mergeColumns(columns);
  if (!durations || durations.count === 0) return null;
  const most = knownMostLatency(summary);
  return Math.min(quantileMs(durations, share), most === null ? Infinity : most * 1000);
}

/** A percentile of a metric as k6's summary tells it, of every single value, in the summary's unit (times: ms); null: it does not. */
export function exactPercentile(summary: RunSummary | null, metric: string, share: number): number | null {
  const values = summary?.metrics.find((one) => one.metric === metric)?.values;
  const names = share === 0.5 ? ['p(50)', 'med'] : [`p(${Number((share * 100).toFixed(4))})`];
  return names.flatMap((name) => values?.[name] ?? [])[0] ?? null;
}

/** The most pods that were ready at once in a recording, or in [fromMs, toMs] of it. */
export function peakReadyOf(steps: readonly PodStep[], fromMs = -Infinity, toMs = Infinity): number {
  return steps.reduce(
    (most, { atMs, ready }) => (atMs > fromMs && atMs <= toMs ? Math.max(most, ready) : most),
    podsAt(steps, fromMs).ready,
  );
}

/** What lags are told from: without incidents none is in doubt. */
type Lags = Pick<Correlation, 'matched'> & Partial<Pick<Correlation, 'incidents'>>;

/** The ids of the scale events of incidents of which nobody can tell whose they are: their lags are nobody's. */
export function doubtedEventsOf({ incidents = [] }: Pick<Lags, 'incidents'>): ReadonlySet<string> {
  return new Set(incidents.flatMap(({ isUnclear, eventIds }) => (isUnclear ? eventIds : [])));
}

/**
 * The lags of the scale-ups that came, in ms: from due to the last due pod ready. Early is no lag: 0. What pods cost is paid
 * while too few are there, so scale-downs have none; nor has what is in doubt.
 */
export function lagsOf({ matched, incidents }: Lags): number[] {
  const doubted = doubtedEventsOf({ incidents });
  return matched.flatMap(({ expected, lag }) =>
    expected.to > expected.from && lag.totalMs !== null && !doubted.has(expected.id)
      ? [Math.max(0, lag.totalMs)]
      : [],
  );
}

/** The longest of these lags; null where no scale-up came. */
export function worstLagOf(correlation: Lags): number | null {
  const lags = lagsOf(correlation);
  return lags.length === 0 ? null : Math.max(...lags);
}

/** Their mean; null where no scale-up came. */
export function meanLagOf(correlation: Lags): number | null {
  const lags = lagsOf(correlation);
  return lags.length === 0 ? null : lags.reduce((sum, ms) => sum + ms, 0) / lags.length;
}

/** Requests that were slow in incidents, each once; null where no steady state is known to tell them by. */
export function slowRequestsOf({ incidents }: Pick<Correlation, 'incidents'>): number | null {
  const short = incidents.filter(({ kind }) => kind === 'short');
  return short.length > 0 && short.every(({ slow }) => slow === null)
    ? null
    : short.reduce((sum, { slow }) => sum + (slow?.count ?? 0), 0);
}

/** Requests that ended while pods that were due were not ready: each once, in however many such times it ended. */
export function requestsInLagOf({ episodes }: Pick<Correlation, 'episodes'>): number {
  return episodes.reduce((sum, { ownRequests }) => sum + ownRequests, 0);
}

/** What the pods cost: each pod's seconds from being made until it is gone, up to `endMs`. */
export function podSecondsOf(steps: readonly PodStep[], endMs: number): number {
  return podTime(steps, -Infinity, endMs).podSeconds;
}

/** What pods that were there for so long cost, in whatever currency an hour of one has. */
export function costOfPods(podSeconds: number, pricePerPodHour: number): number {
  return (podSeconds / 3600) * pricePerPodHour;
}

/** The seconds of a load. A reading of one moment among them is no second's. */
export function secondsOf<S extends Pick<ConcurrencySample, 'atMs' | 'instant'> & { fromMs?: number }>(
  samples: readonly S[],
  load: Span,
): S[] {
  return samples.filter(
    ({ instant, atMs, fromMs = atMs - 1000 }) => !instant && atMs > load.fromMs && fromMs < load.toMs,
  );
}

/** The most requests in flight in one of these seconds; null where none was read. */
export function peakInFlightOf(seconds: readonly Pick<ConcurrencySample, 'total'>[]): number | null {
  return most(seconds.map(({ total }) => total));
}

/** The most requests that waited at the gateway in one of these seconds; null where it does not tell. */
export function mostWaitingOf(seconds: readonly Pick<ConcurrencySample, 'waiting'>[]): number | null {
  return most(seconds.flatMap(({ waiting }) => (waiting === null ? [] : [waiting])));
}

const most = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
