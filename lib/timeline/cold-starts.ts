import { cellBounds } from '@/lib/statistics/histogram/bounds';
import { mergeHistograms, reduceResolution } from '@/lib/statistics/histogram/merge';
import { countAbove } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type Span } from './cost';
import { type DurationSecond } from './durations';
import { podsAt, type PodStep } from './pods';
import { type ConcurrencySample } from '@/lib/model/recording';
import { quantileMs } from './requests';

/** Requests came while no pod was ready. */
export interface ColdStart {
  id: string;
  /** When the first request met no ready pod. */
  atMs: number;
  /** When the first pod was ready; null: never. */
  readyMs: number | null;
  /** Requests that had begun before it and ended after it; about: a request's second is known, not its moment. */
  requests: number;
  p95Ms: number | null;
  /** Between which times the slowest one took: its bucket's edges, or twice k6's exact maximum where that one's request is surely among these. */
  slowest: { leastMs: number; mostMs: number } | null;
}

export interface ColdStartInput {
  steps: readonly PodStep[];
  samples: readonly ConcurrencySample[];
  seconds: readonly DurationSecond[];
  /** When the load ran. */
  load: Span;
  /** When pods were not recorded: nothing is said of these times. */
  unknown: readonly Span[];
}

/** The times in which load met zero ready pods. */
export function coldStartsOf({ steps, samples, seconds, load, unknown }: ColdStartInput): ColdStart[] {
  if (steps.length === 0) return [];
  const starts: ColdStart[] = [];
  const all = mergeHistograms(seconds.map(({ histogram }) => histogram));
  for (const { fromMs, toMs } of spansWithoutPod(steps, load)) {
    if (unknown.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs)) continue;
    const paid = Number.isFinite(toMs) ? begunBefore(seconds, toMs) : null;
    const atMs = loadMetMs(samples, fromMs, toMs) ?? (paid && paid.count > 0 ? fromMs : null);
    if (atMs === null || atMs >= Math.min(toMs, load.toMs)) continue;
    starts.push({
      id: `c${starts.length + 1}`,
      atMs,
      readyMs: Number.isFinite(toMs) ? toMs : null,
      // A short wait is too short to be told from others by what a whole second's requests took; readings at that moment saw it.
      requests: Math.max(paid?.count ?? 0, mostSeen(samples, fromMs, toMs)),
      p95Ms: quantileMs(paid, 0.95),
      slowest: slowestOf(paid, all),
    });
  }
  return starts;
}

function spansWithoutPod(steps: readonly PodStep[], load: Span): Span[] {
  const spans: Span[] = [];
  let since = podsAt(steps, load.fromMs).ready === 0 ? load.fromMs : null;
  for (const step of steps) {
    if (step.atMs <= load.fromMs) continue;
    if (step.ready > 0 && since !== null) {
      spans.push({ fromMs: since, toMs: step.atMs });
      since = null;
    } else if (step.ready === 0 && step.atMs < load.toMs) since ??= step.atMs;
  }
  if (since !== null) spans.push({ fromMs: since, toMs: Infinity });
  return spans;
}

/** The most requests that a reading of this very time saw; 0 without one. */
function mostSeen(samples: readonly ConcurrencySample[], fromMs: number, toMs: number): number {
  return samples.reduce(
    (most, { instant, atMs, total }) =>
      instant && atMs > fromMs && atMs <= toMs ? Math.max(most, total) : most,
    0,
  );
}

/** When the gateway first had a request in this time: a reading's own moment, else the beginning of its second. */
function loadMetMs(samples: readonly ConcurrencySample[], fromMs: number, toMs: number): number | null {
  const first = samples.find(
    (sample) =>
      sample.total > 0 &&
      sample.atMs > fromMs &&
      sample.atMs <= toMs + 1000 &&
      (sample.instant || sample.atMs - 1000 < toMs),
  );
  return first ? Math.max(fromMs, first.instant ? Math.min(first.atMs, toMs) : first.atMs - 1000) : null;
}

/**
 * The durations of requests, and waits for a connection, that ended at or after a moment and had begun before it. A second's requests are taken to
 * have ended in the middle of what it covers after that moment, and each to have lasted as long as its bucket's middle.
 */
function begunBefore(seconds: readonly DurationSecond[], atMs: number): ExponentialHistogram {
  const parts: ExponentialHistogram[] = [];
  const timed = seconds.flatMap(({ fromMs, toMs, histogram, kinds }) =>
    [histogram, ...(kinds?.connect ? [kinds.connect] : [])].map((one) => ({ fromMs, toMs, histogram: one })),
  );
  for (const { fromMs, toMs, histogram } of timed) {
    if (toMs <= atMs) continue;
    const endedMs = (Math.max(fromMs, atMs) + toMs) / 2;
    const cells = histogram.cells.filter(([index]) => {
      const { lower, upper } = cellBounds(histogram.schema, index);
      return endedMs - Math.sqrt(lower * upper) * 1000 < atMs;
    });
    const count = cells.reduce((sum, [, n]) => sum + n, 0);
    if (count > 0) parts.push({ ...histogram, zeroCount: 0, count, sum: 0, cells });
  }
  return mergeHistograms(parts);
}

/** Where the slowest of some requests lies, `all` being the whole run's: the largest value that k6 knows is one of all. */
function slowestOf(own: ExponentialHistogram | null, all: ExponentialHistogram): ColdStart['slowest'] {
  const last = own?.cells.at(-1);
  if (!own || !last) return null;
  const { lower, upper } = cellBounds(own.schema, last[0]);
  const { atMost = Infinity } = all;
  const isBelow = atMost > lower && atMost <= upper;
  // No request of another time is as slow as these.
  const isOwn = isBelow && countAbove(reduceResolution(all, own.schema), lower) <= last[1];
  const mostMs = (isBelow ? atMost : upper) * 1000;
  return { leastMs: isOwn ? mostMs : lower * 1000, mostMs };
}
