import { type Span } from './cost';
import { type DurationSecond } from './durations';
import { type ConcurrencySample, type Decision } from '@/lib/model/recording';
import { joinSlivers } from './slivers';

/** What a service's autoscaler decides by, as it was recorded: means of times that follow each other. */
export interface LoadSample extends Span {
  value: number;
  /** Requests that waited at the gateway, and those inside pods; null where it does not tell. */
  waiting: number | null;
  active: number | null;
}

export interface LoadSignal {
  /** The metric's name, such as `concurrency` and `rps`. */
  metric: string;
  samples: readonly LoadSample[];
  /** The load in words: the same, or requests a second where the metric is no load of the users', as CPU. */
  told: { metric: string; samples: readonly LoadSample[] };
  /** Load a pod should have, from then on. */
  targets: readonly { atMs: number; target: number }[];
}

/** Further apart (ms), two samples are no row. */
const rowGapMs = 3000;

/** The load in the unit of the target; no samples where the decisions are made by what is not recorded here, as CPU. */
export function loadSignal(
  decisions: readonly Decision[],
  concurrency: readonly ConcurrencySample[],
  seconds: readonly DurationSecond[],
): LoadSignal {
  const targets: { atMs: number; target: number }[] = [];
  let metric = 'concurrency';
  for (const { atMs, reason } of decisions) {
    if (typeof reason.metric === 'string') metric = reason.metric;
    if (typeof reason.target === 'number' && targets.at(-1)?.target !== reason.target)
      targets.push({ atMs, target: reason.target });
  }
  const samples = targets.length === 0 ? [] : samplesOf(metric, concurrency, seconds);
  const isLoad = metric === 'concurrency' || metric === 'rps';
  const told = isLoad ? { metric, samples } : { metric: 'rps', samples: samplesOf('rps', [], seconds) };
  return { metric, targets, samples, told };
}

function samplesOf(
  metric: string,
  concurrency: readonly ConcurrencySample[],
  seconds: readonly DurationSecond[],
): LoadSample[] {
  if (metric === 'concurrency')
    return concurrency.map(({ atMs, instant, total, waiting, active }) => ({
      fromMs: instant ? atMs : atMs - 1000,
      toMs: atMs,
      value: total,
      waiting,
      active,
    }));
  if (metric !== 'rps') return [];
  const counted = seconds
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .map(({ fromMs, toMs, histogram }) => ({ fromMs, toMs, requests: histogram.count }));
  return joinSlivers(counted, (parts) => ({
    fromMs: parts[0]!.fromMs,
    toMs: parts.at(-1)!.toMs,
    requests: parts.reduce((sum, { requests }) => sum + requests, 0),
  })).map(({ fromMs, toMs, requests }) => ({
    fromMs,
    toMs,
    value: (requests * 1000) / (toMs - fromMs),
    waiting: null,
    active: null,
  }));
}

/** The place of the first sample that ends after a moment. */
export function firstAfter(samples: readonly LoadSample[], atMs: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle]!.toMs > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The samples that lie in a span, or reach into it. */
export function samplesIn({ samples }: Pick<LoadSignal, 'samples'>, { fromMs, toMs }: Span): LoadSample[] {
  const found: LoadSample[] = [];
  for (let i = firstAfter(samples, fromMs); i < samples.length; i++) {
    const sample = samples[i]!;
    if (sample.fromMs < toMs) found.push(sample);
    // A reading has no length: a mean that reaches into the span may follow it.
    else if (sample.fromMs < sample.toMs) break;
  }
  return found;
}

/** Load a pod should have at a moment; null: there is no decision. */
export function targetAt({ targets }: LoadSignal, atMs: number): number | null {
  return (targets.findLast((one) => one.atMs <= atMs) ?? targets[0])?.target ?? null;
}

/**
 * Since when, up to a moment, the load asked for more (or `fewer`) pods than these without a break, not before `sinceMs`;
 * null: at that moment it does not. Within the first second that shows it, a step's own moment is told by how much of it the second had.
 */
export function changedMs(
  signal: LoadSignal,
  atMs: number,
  pods: number,
  way: 'more' | 'fewer',
  sinceMs: number,
): number | null {
  const target = targetAt(signal, atMs);
  if (target === null) return null;
  const { samples } = signal;
  const asks = ({ value }: LoadSample): boolean =>
    way === 'more' ? value > target * pods : value <= target * (pods - 1);
  let first = -1;
  for (let i = samples.findLastIndex(({ toMs }) => toMs <= atMs + 1000); i >= 0; i--) {
    const sample = samples[i]!;
    const next = samples[i + 1];
    if (!asks(sample) || sample.toMs < sinceMs) break;
    if (first >= 0 && next && next.fromMs - sample.toMs > rowGapMs) break;
    first = i;
  }
  if (first < 0) return null;
  return Math.min(atMs, Math.max(sinceMs, stepMs(samples, first)));
}

/**
 * Since when, up to a moment, as many requests came as then, by more than half: where nothing tells how many a pod can take.
 * Null: fewer never came since `sinceMs`.
 */
export function cameMs({ told: { samples } }: LoadSignal, atMs: number, sinceMs: number): number | null {
  const until = samples.findLastIndex(({ toMs }) => toMs <= atMs + 1000);
  const levels = samples.slice(Math.max(0, until - 2), until + 1).map(({ value }) => value);
  const level = levels.sort((a, b) => a - b)[Math.floor(levels.length / 2)];
  if (level === undefined) return null;
  const few = samples.slice(0, until + 1).map(({ value }) => value < level / 2);
  // A second or two of fewer are no end of it.
  const fewer = few.findLastIndex((is, i) => is && few[i - 1] === true && few[i - 2] === true);
  const first = samples[fewer + 1];
  if (fewer < 0 || !first || first.toMs <= sinceMs) return null;
  return Math.min(atMs, Math.max(sinceMs, stepMs(samples, fewer + 1)));
}

/** When within a sample the load took its step, from the one before to the one after. */
function stepMs(samples: readonly LoadSample[], i: number): number {
  const { fromMs, toMs, value } = samples[i]!;
  const isMean = (sample: LoadSample): boolean => sample.toMs > sample.fromMs;
  const before = samples.slice(Math.max(0, i - 3), i).findLast(isMean);
  const after = samples.slice(i + 1, i + 4).find(isMean);
  if (toMs === fromMs || !before || !after || fromMs - before.toMs > rowGapMs) return fromMs;
  const share = (value - before.value) / (after.value - before.value);
  return share >= 0 && share <= 1 ? toMs - share * (toMs - fromMs) : fromMs;
}
