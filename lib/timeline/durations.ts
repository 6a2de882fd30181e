import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type RequestKind } from '@/lib/model/protocol-figures';
import { protocolColumns, type ProtocolColumn } from './protocol-columns';
import { latencyMetrics } from './protocols';
import { pointsOf } from './requests';
import { type Recording } from '@/lib/model/recording';

/** What is timed by itself: kinds of requests, and waits for a connection, which are in no request's latency. */
export type TimedKind = RequestKind | 'connect';

/** Request durations, and the same by kind where there are several: what is usual for one is slow for another. */
export interface Durations {
  histogram: ExponentialHistogram;
  kinds?: Partial<Record<TimedKind, ExponentialHistogram>>;
}

/** All request durations that ended in one push of k6. */
export interface DurationSecond extends Durations {
  fromMs: number;
  /** When the push came: the end of what it covers. */
  toMs: number;
}

/** Several durations as one. */
export function mergeDurations(all: readonly Durations[]): Durations {
  const histogram = mergeHistograms(all.map((one) => one.histogram));
  const names = new Set(all.flatMap(({ kinds }) => Object.keys(kinds ?? {}) as TimedKind[]));
  if (names.size === 0) return { histogram };
  return {
    histogram,
    kinds: Object.fromEntries(
      [...names].map((name) => [name, mergeHistograms(all.flatMap(({ kinds }) => kinds?.[name] ?? []))]),
    ),
  };
}

/** What of a push is timed by kind; undefined where it has one kind only. */
export function timedKinds(
  column: Pick<ProtocolColumn, 'times' | 'kinds'> | undefined,
  all: ExponentialHistogram | null,
): Durations['kinds'] | undefined {
  if (!column) return undefined;
  const { connect } = column.times;
  const several = Object.keys(column.kinds).length > 0;
  if (!several && !connect) return undefined;
  return {
    ...(several ? column.kinds : all ? { unary: all } : {}),
    ...(connect ? { connect } : {}),
  };
}

/** A run's request durations by push, all series together, in order; the first push covers the time since the load's start. */
export function durationSeconds(
  recording: Pick<Recording, 'series' | 'points'>,
  loadStartMs = 0,
): DurationSecond[] {
  // A push covers the time since the one before, whatever that one told of.
  const pushes = [...new Set(recording.points.map((point) => point.atMs))].sort((a, b) => a - b);
  const before = new Map(pushes.map((atMs, i) => [atMs, pushes[i - 1] ?? Math.min(loadStartMs, atMs)]));
  const groups = new Map<number, ExponentialHistogram[]>();
  const protocol = new Map(
    protocolColumns(recording.series, recording.points).map((column) => [column.atMs, column]),
  );
  // A connection may be there in a push in which no request has ended.
  for (const [atMs, { times }] of protocol) if (times.connect) groups.set(atMs, []);
  for (const { point } of pointsOf(recording, latencyMetrics)) {
    if (!point.histogram) continue;
    const group = groups.get(point.atMs);
    if (group) group.push(point.histogram);
    else groups.set(point.atMs, [point.histogram]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([toMs, histograms]) => {
      const histogram = histograms.length === 1 ? histograms[0]! : mergeHistograms(histograms);
      const kinds = timedKinds(protocol.get(toMs), histogram);
      return { fromMs: before.get(toMs)!, toMs, histogram, ...(kinds ? { kinds } : {}) };
    });
}

/** The durations that ended in (fromMs, toMs] together; null if there are none. */
export function durationsBetween(
  seconds: readonly DurationSecond[],
  fromMs: number,
  toMs: number,
): Durations | null {
  const found = seconds.filter((second) => second.toMs > fromMs && second.toMs <= toMs);
  return found.length === 0 ? null : mergeDurations(found);
}

/** How many were waited for: requests, and connections that are timed by themselves. */
export function waitedFor(durations: Durations | null): number {
  return (durations?.histogram.count ?? 0) + (durations?.kinds?.connect?.count ?? 0);
}
