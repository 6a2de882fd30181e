import { failedShareOf, isOfK6, type Run } from '@/lib/model/run';
import { type ConcurrencySample } from '@/lib/model/recording';
import { latencyMetricOf } from '@/lib/timeline/protocols';
import { differenceOf, type BlockFigure, type Difference } from '@/lib/statistics/difference';
import { mergeBlocks } from '@/lib/statistics/blocks';
import { meanMs } from '@/lib/statistics/histogram/quantile';
import {
  meanLagOf,
  mostWaitingOf,
  peakInFlightOf,
  peakReadyOf,
  podSecondsOf,
  requestsInLagOf,
  secondsOf,
  slowRequestsOf,
  worstLagOf,
} from '@/lib/timeline/figures';
import { worstIncidentFigures } from '@/lib/verdict/worst-incident';
import { type ProtocolTime } from '@/lib/model/protocol-figures';
import { type RunParts } from './compare-run';
import { type ComparedFigure, type FigureDifference, type FigureKey } from './comparison';

/** The confidence of each interval on its own. */
export const confidence = 0.95;

interface FigureKind {
  key: FigureKey;
  unit: ComparedFigure['unit'];
  better: 'lower' | 'higher' | null;
  of: (parts: RunParts) => number | null;
  /** Whether a value is only the least that it was. */
  isLeast?: (parts: RunParts) => boolean;
  /** What gives its difference a confidence; none: the run made it once. */
  blocks?: BlockFigure;
}

/** What k6 itself told at the end, which has all that it counted; null where it did not. */
const k6Summary = (run: Run): Run['summary'] =>
  isOfK6(run) && !run.summary?.recordedOnly ? run.summary : null;
const summary = (parts: RunParts, metric: string, value: string): number | null =>
  parts.run.summary?.metrics.find((one) => one.metric === metric)?.values[value] ?? null;
const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
const loadSecondsOf = ({ run, recording, endMs }: RunParts): ConcurrencySample[] =>
  secondsOf(recording.concurrency, { fromMs: run.loadStartMs ?? 0, toMs: run.loadEndMs ?? endMs });
/** A figure of pods: none of a run whose file has no pods. */
const ofPods =
  (of: (parts: RunParts) => number): FigureKind['of'] =>
  (parts) =>
    parts.run.importedFrom === null || parts.recording.podEvents.length > 0 ? of(parts) : null;

/** A percentile of one of the protocols' times. */
const timeFigure =
  (time: ProtocolTime, which: 'p50Ms' | 'p95Ms'): FigureKind['of'] =>
  ({ protocolFigures }) =>
    protocolFigures?.times.find((one) => one.time === time)?.[which] ?? null;

const timeKinds = (['firstByte', 'firstToken', 'perToken', 'firstMessage'] as const).flatMap(
  (time): FigureKind[] => [
    { key: `${time}P50`, unit: 'ms', better: 'lower', of: timeFigure(time, 'p50Ms') },
    { key: `${time}P95`, unit: 'ms', better: 'lower', of: timeFigure(time, 'p95Ms') },
  ],
);

const kinds: FigureKind[] = [
  {
    key: 'requests',
    unit: 'count',
    better: null,
    of: ({ run, columns }) => run.figures.requests ?? total(columns.map((c) => c.requests)),
  },
  {
    key: 'rate',
    unit: 'rate',
    better: 'higher',
    of: ({ run }) => run.figures.requestsPerSecond,
    blocks: 'rate',
  },
  {
    key: 'failures',
    unit: 'share',
    better: 'lower',
    of: ({ run }) => failedShareOf(run.figures),
    blocks: 'failures',
  },
  {
    key: 'mean',
    unit: 'ms',
    better: 'lower',
    of: (parts) => summary(parts, latencyMetricOf(parts.run.summary) ?? '', 'avg') ?? recordedMean(parts),
    blocks: 'mean',
  },
  { key: 'p50', unit: 'ms', better: 'lower', of: ({ run }) => run.figures.p50Ms, blocks: { quantile: 0.5 } },
  { key: 'p90', unit: 'ms', better: 'lower', of: ({ run }) => run.figures.p90Ms, blocks: { quantile: 0.9 } },
  { key: 'p95', unit: 'ms', better: 'lower', of: ({ run }) => run.figures.p95Ms, blocks: { quantile: 0.95 } },
  { key: 'p99', unit: 'ms', better: 'lower', of: ({ run }) => run.figures.p99Ms, blocks: { quantile: 0.99 } },
  ...timeKinds,
  {
    key: 'tokensPerSecond',
    unit: 'rate',
    better: 'higher',
    of: ({ protocolFigures }) => protocolFigures?.tokens?.outputPerSecond ?? null,
  },
  {
    key: 'tokensPerPodSecond',
    unit: 'rate',
    better: 'higher',
    of: (parts) => {
      const seconds = podSecondsOf(parts.correlation.pods.steps, parts.endMs);
      const output = parts.protocolFigures?.tokens?.output;
      return output === undefined || seconds === 0 ? null : output / seconds;
    },
  },
  {
    key: 'messagesPerSecond',
    unit: 'rate',
    better: 'higher',
    of: ({ protocolFigures }) => {
      const messages = protocolFigures?.messages;
      return messages ? messages.sentPerSecond + messages.receivedPerSecond : null;
    },
  },
  {
    key: 'mostStreams',
    unit: 'count',
    better: null,
    of: ({ protocolFigures }) => protocolFigures?.mostStreams ?? null,
  },
  {
    key: 'mostSessions',
    unit: 'count',
    better: null,
    of: ({ protocolFigures }) => protocolFigures?.mostSessions ?? null,
  },
  { key: 'connectP95', unit: 'ms', better: 'lower', of: timeFigure('connect', 'p95Ms') },
  { key: 'iterations', unit: 'count', better: null, of: (parts) => summary(parts, 'iterations', 'count') },
  {
    key: 'droppedIterations',
    unit: 'count',
    better: 'lower',
    // Other tools have no iterations to drop, and no checks.
    of: (parts) => (k6Summary(parts.run) ? (summary(parts, 'dropped_iterations', 'count') ?? 0) : null),
  },
  {
    key: 'failedChecks',
    unit: 'count',
    better: 'lower',
    of: ({ run }) => {
      const checks = k6Summary(run)?.checks;
      return checks ? total(checks.map((check) => check.fails)) : null;
    },
  },
  {
    key: 'peakReadyPods',
    unit: 'count',
    better: null,
    of: ({ run, correlation }) =>
      run.figures.peakReadyPods ??
      (correlation.pods.steps.length === 0 ? null : peakReadyOf(correlation.pods.steps)),
  },
  {
    key: 'podSeconds',
    unit: 'podSeconds',
    better: 'lower',
    of: ofPods(({ correlation, endMs }) => podSecondsOf(correlation.pods.steps, endMs)),
  },
  {
    key: 'peakInFlight',
    unit: 'count',
    better: null,
    of: (parts) => peakInFlightOf(loadSecondsOf(parts)),
  },
  {
    key: 'peakWaiting',
    unit: 'count',
    better: 'lower',
    of: (parts) => mostWaitingOf(loadSecondsOf(parts)),
  },
  {
    key: 'scaleEvents',
    unit: 'count',
    better: null,
    of: ofPods(({ correlation }) => correlation.expected.length),
  },
  {
    key: 'missedEvents',
    unit: 'count',
    better: 'lower',
    of: ofPods(({ correlation }) => correlation.missed.length),
  },
  {
    key: 'unexpectedEvents',
    unit: 'count',
    better: 'lower',
    of: ofPods(({ correlation }) => correlation.unexpected.length),
  },
  {
    key: 'worstIncident',
    unit: 'ms',
    better: 'lower',
    of: ({ correlation }) => worstIncidentFigures(correlation).worstIncidentMs,
    isLeast: ({ correlation }) => worstIncidentFigures(correlation).worstIncidentOpen === true,
  },
  {
    key: 'slowRequests',
    unit: 'count',
    better: 'lower',
    of: ({ correlation }) => slowRequestsOf(correlation),
  },
  { key: 'worstLag', unit: 'ms', better: 'lower', of: ({ correlation }) => worstLagOf(correlation) },
  {
    key: 'meanLag',
    unit: 'ms',
    better: 'lower',
    of: ({ correlation }) => meanLagOf(correlation),
  },
  {
    key: 'requestsInLag',
    unit: 'count',
    better: 'lower',
    of: ofPods(({ correlation }) => requestsInLagOf(correlation)),
  },
];

/** All figures of all runs, with the difference of each to the reference's. */
export function comparedFigures(runs: readonly RunParts[], reference: RunParts): ComparedFigure[] {
  return kinds.map((kind) => {
    const base = kind.of(reference);
    return {
      key: kind.key,
      unit: kind.unit,
      values: runs.map(kind.of),
      isLeast: runs.map((run) => kind.isLeast?.(run) ?? false),
      differences: runs.map((run) => (run === reference ? null : differenceFrom(kind, base, run, reference))),
    };
  });
}

function differenceFrom(
  { blocks, better, of, isLeast }: FigureKind,
  base: number | null,
  run: RunParts,
  reference: RunParts,
): FigureDifference | null {
  const value = of(run);
  if (base === null || value === null) return null;
  // Of what was at least so much no one knows by how much it differs.
  if (isLeast?.(run) || isLeast?.(reference)) return null;
  const recorded = blocks ? differenceOf(blocks, reference.columns, run.columns, confidence) : null;
  const kind = recorded?.kind ?? (base !== 0 && value !== 0 ? 'ratio' : 'absolute');
  const exact = kind === 'ratio' ? value / base : value - base;
  const interval = recorded ? around(exact, recorded) : null;
  return { kind, value: exact, interval, verdict: verdictOf(interval, kind === 'ratio' ? 1 : 0, better) };
}

/** The recorded interval laid around k6's exact figures, from which the recorded ones differ by less than a bucket. */
function around(
  exact: number,
  { kind, interval: { value, low, high } }: Difference,
): NonNullable<FigureDifference['interval']> {
  const move = (bound: number | null): number | null =>
    bound === null ? null : kind === 'ratio' ? (bound / value) * exact : bound - value + exact;
  return { value: exact, low: move(low), high: move(high) };
}

function verdictOf(
  interval: FigureDifference['interval'],
  same: number,
  better: FigureKind['better'],
): FigureDifference['verdict'] {
  if (!interval) return 'none';
  const above = interval.low !== null && interval.low > same;
  const below = interval.high !== null && interval.high < same;
  if (!above && !below) return 'unclear';
  return (above && better === 'higher') || (below && better === 'lower')
    ? 'better'
    : better === null
      ? 'none'
      : 'worse';
}

function recordedMean({ columns }: RunParts): number | null {
  const { durations } = mergeBlocks(columns);
  return durations.count === 0 ? null : meanMs(durations);
}
