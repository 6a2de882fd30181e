import {
  protocolTimes,
  requestKinds,
  type ProtocolFigures,
  type ProtocolTime,
} from '@/lib/model/protocol-figures';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type Recording } from '@/lib/model/recording';
import { type Run, type RunSummary } from '@/lib/model/run';
import { quantileMs } from './requests';
import {
  mergeProtocolColumns,
  metricOfTime,
  openIn,
  protocolColumns,
  type ProtocolColumn,
} from './protocol-columns';

/**
 * The figures of these columns, which are all of a run, or of a range of it: `before` are those that came first. Rates are
 * by the `seconds` that the load, or the range, took. `summary`: k6's own, of the whole run, whose percentiles are exact. Null where the load has nothing but requests.
 */
export function protocolFigures(
  columns: readonly ProtocolColumn[],
  seconds: number,
  { before = [], summary = null }: { before?: readonly ProtocolColumn[]; summary?: RunSummary | null } = {},
): ProtocolFigures | null {
  if (columns.length === 0) return null;
  const { counts, statuses, times, kinds } = mergeProtocolColumns(columns);
  const open = openIn([...before, ...columns]).slice(before.length);
  const has = (...names: (keyof typeof counts)[]): boolean =>
    names.some((name) => counts[name] !== undefined);
  const perSecond = (count: number): number => (seconds > 0 ? count / seconds : 0);
  const percentiles = (histogram: ExponentialHistogram, exact: Record<string, number> = {}) => ({
    count: histogram.count,
    p50Ms: exact.med ?? quantileMs(histogram, 0.5) ?? 0,
    p95Ms: exact['p(95)'] ?? quantileMs(histogram, 0.95) ?? 0,
  });
  const exactOf = (time: ProtocolTime) =>
    summary?.metrics.find(({ metric }) => metric === metricOfTime(time))?.values;
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
  const [sent, received, output] = [counts.messagesSent, counts.messagesReceived, counts.outputTokens];
  return {
    statuses: Object.keys(statuses).length > 0 ? statuses : null,
    kinds: requestKinds.flatMap((kind) => (kinds[kind] ? [{ kind, ...percentiles(kinds[kind]) }] : [])),
    mostStreams: has('streamsBegun', 'streamsEnded')
      ? most(open.map(({ most: { streams } }) => streams))
      : null,
    mostSessions: has('sessionsOpened', 'sessionsEnded')
      ? most(open.map(({ most: { sessions } }) => sessions))
      : null,
    messages: has('messagesSent', 'messagesReceived')
      ? {
          sent: sent ?? 0,
          received: received ?? 0,
          sentPerSecond: perSecond(sent ?? 0),
          receivedPerSecond: perSecond(received ?? 0),
        }
      : null,
    tokens:
      output === undefined
        ? null
        : { output, prompt: counts.promptTokens ?? null, outputPerSecond: perSecond(output) },
    times: protocolTimes.flatMap((time) =>
      times[time] ? [{ time, ...percentiles(times[time], exactOf(time)) }] : [],
    ),
  };
}

/** How long a load took, in s: from its beginning to its end, or to the last column while it goes on. */
export function loadSeconds(
  { loadStartMs, loadEndMs }: { loadStartMs: number | null; loadEndMs: number | null },
  columns: readonly Pick<ProtocolColumn, 'atMs'>[],
): number {
  const lastMs = columns.at(-1)?.atMs ?? 0;
  return Math.max(0, (loadEndMs ?? lastMs) - (loadStartMs ?? 0)) / 1000;
}

/** The figures of a run that has been recorded point by point; null where its load has nothing but requests. */
export function figuresOfProtocols(
  run: Pick<Run, 'loadStartMs' | 'loadEndMs' | 'summary'>,
  recording: Pick<Recording, 'series' | 'points'>,
): ProtocolFigures | null {
  const columns = protocolColumns(recording.series, recording.points);
  return protocolFigures(columns, loadSeconds(run, columns), { summary: run.summary });
}
