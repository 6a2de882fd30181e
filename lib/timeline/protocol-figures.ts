import {
  protocolTimes,
  requestKinds,
  type ProtocolFigures,
  type ProtocolTime,
  type RequestKind,
} from '@/lib/model/protocol-figures';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type Recording } from '@/lib/model/recording';
import { type Run, type RunSummary } from '@/lib/model/run';
import { boundedBy } from '@/lib/statistics/histogram/bounds';
import { startOfColumn } from './columns';
import { exactPercentile } from './figures';
import { knownMost } from './known-most';
import {
  mergeProtocolColumns,
  metricOfTime,
  metricsOfCount,
  mostOpen,
  openIn,
  protocolColumns,
  type ProtocolColumn,
  type ProtocolCount,
} from './protocol-columns';
import { countedIn, latencyMetrics, protocolOf } from './protocols';
import { quantileMs } from './requests';

/**
 * The figures of these columns, which are all of a run, or of a `range` of it, `before` being those that came up to its `fromMs`.
 * `seconds`: how long of it requests were recorded. `summary`: k6's own, of the whole run, whose counts, rates and
 * percentiles are of every single value; no time is told to be above the largest that it knows. Null where the load has
 * nothing but requests.
 */
export function protocolFigures(
  columns: readonly ProtocolColumn[],
  seconds: number,
  {
    summary = null,
    range,
  }: { summary?: RunSummary | null; range?: { before: readonly ProtocolColumn[]; fromMs: number } } = {},
): ProtocolFigures | null {
  const before = range?.before ?? [];
  const all = [...before, ...columns];
  if (all.length === 0) return null;
  const { counts, statuses, times, kinds } = mergeProtocolColumns(columns);
  const exact = range ? null : summary;
  const open = openIn(all);
  const most = mostOpen(open.slice(before.length), {
    fromMs: range?.fromMs ?? null,
    firstMs: columns[0]?.atMs ?? Infinity,
    held: open[before.length - 1]?.atEnd,
  });
  const has = (...names: ProtocolCount[]): boolean =>
    all.some((column) => names.some((name) => column.counts[name] !== undefined));
  const counted = (name: ProtocolCount): { count: number; perSecond: number } => {
    const count = counts[name] ?? 0;
    const recorded = { count, perSecond: seconds > 0 ? count / seconds : 0 };
    return countedIn(exact, metricsOfCount(name)) ?? recorded;
  };
  const percentiles = (histogram: ExponentialHistogram, metric: string, of: RunSummary | null) => {
    const known = boundedBy(histogram, knownMost(summary, metric));
    const at = (share: number): number => exactPercentile(of, metric, share) ?? quantileMs(known, share) ?? 0;
    return {
      count: countedIn(of, [metric])?.count ?? histogram.count,
      p50Ms: at(0.5),
      p95Ms: at(0.95),
    };
  };
  // Calls and streams have one metric: of either alone k6 tells nothing.
  const exactOf = (kind: RequestKind): RunSummary | null =>
    isGrpc(kind) && kinds.unary && kinds.stream ? null : exact;
  const [sent, received] = [counted('messagesSent'), counted('messagesReceived')];
  const output = counted('outputTokens');
  return {
    statuses: Object.keys(statuses).length > 0 ? statuses : null,
    kinds: requestKinds.flatMap((kind) =>
      kinds[kind] ? [{ kind, ...percentiles(kinds[kind], metricOfKind(kind), exactOf(kind)) }] : [],
    ),
    mostStreams: has('streamsBegun', 'streamsEnded') ? most.streams : null,
    mostSessions: has('sessionsOpened', 'sessionsEnded') ? most.sessions : null,
    messages: has('messagesSent', 'messagesReceived')
      ? {
          sent: sent.count,
          received: received.count,
          sentPerSecond: sent.perSecond,
          receivedPerSecond: received.perSecond,
        }
      : null,
    tokens: has('outputTokens')
      ? {
          output: output.count,
          prompt: has('promptTokens') ? counted('promptTokens').count : null,
          outputPerSecond: output.perSecond,
        }
      : null,
    times: protocolTimes.flatMap((time: ProtocolTime) =>
      times[time] ? [{ time, ...percentiles(times[time], metricOfTime(time), exact) }] : [],
    ),
  };
}

const isGrpc = (kind: RequestKind): boolean => kind === 'unary' || kind === 'stream';

function metricOfKind(kind: RequestKind): string {
  return latencyMetrics.find((metric) => protocolOf(metric) === (isGrpc(kind) ? 'grpc' : kind))!;
}

/** The figures of a run that has been recorded point by point; null where its load has nothing but requests. */
export function figuresOfProtocols(
  { summary, loadStartMs }: Pick<Run, 'loadStartMs' | 'summary'>,
  { series, points }: Pick<Recording, 'series' | 'points'>,
): ProtocolFigures | null {
  return protocolFigures(protocolColumns(series, points), recordedSeconds(points, loadStartMs), { summary });
}

/** How long the pushes of these points covered, as columns of requests do, in s. */
function recordedSeconds(points: Recording['points'], loadStartMs: number | null): number {
  let firstMs = Infinity;
  let lastMs = -Infinity;
  for (const { atMs } of points) {
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
  }
  return points.length === 0 ? 0 : (lastMs - startOfColumn(firstMs, null, loadStartMs)) / 1000;
}
