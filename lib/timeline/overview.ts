import { columnOfPush, mergeColumns, startOfColumn, type RequestColumn } from './columns';
import { correlateSeconds, type Correlation } from './correlate';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { timedKinds } from './durations';
import { type PodChange } from './pods';
import { mergeProtocolColumns, protocolColumns, type ProtocolColumn } from './protocol-columns';
import { type ClusterReport } from '@/lib/model/cluster-report';
import {
  type ConcurrencySample,
  type Decision,
  type MetricPoint,
  type MetricSeries,
  type Recording,
  type RecordingGap,
} from '@/lib/model/recording';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { stepFor } from './requests';

/** The second with the most load of those in (fromMs, atMs]. */
export interface ConcurrencySpan extends ConcurrencySample {
  fromMs: number;
}

/** A check of the script with the share that passed, as k6 last pushed it. */
export interface CheckShare {
  name: string;
  /** Its group, `::`, its name. */
  path: string;
  share: number | null;
}

/**
 * A recording as a run's page draws it: k6's series put together, seconds merged into columns where there are many.
 * Every pod event is kept, and every decision that differs from the one before.
 */
export interface Overview {
  columns: RequestColumn[];
  podEvents: PodChange[];
  concurrency: ConcurrencySpan[];
  decisions: Decision[];
  /** How many decisions there were in all. */
  decisionCount: number;
  gaps: RecordingGap[];
  /** What the cluster said of itself; a page has only what the correlation makes of it. */
  reports?: ClusterReport[];
  checks: CheckShare[];
  /** How the script's thresholds stand; absent where it has none, and once the run has ended: k6's summary tells it then. */
  thresholds?: RunningThreshold[];
  /** What streams, sessions, messages and tokens did; absent where the load has none. */
  protocol?: ProtocolColumn[];
  /** The first and last point of each series of a metric with a crossed threshold: when it was recorded. */
  series: MetricSeries[];
  points: MetricPoint[];
}

/** What of an overview is not its columns. */
export type OverviewRows = Omit<Overview, 'columns'>;

/**
 * The rows with an increment added. Rows that are there already change nothing, so that a resumed stream may repeat
 * some; gaps, checks and thresholds are replaced, since they change later.
 */
export function appendRows(current: OverviewRows, increment: OverviewRows): OverviewRows {
  const decisions = appendNew(current.decisions, increment.decisions);
  return {
    podEvents: appendNew(current.podEvents, increment.podEvents),
    concurrency: appendNew(current.concurrency, increment.concurrency),
    decisions,
    decisionCount: current.decisionCount + decisions.length - current.decisions.length,
    gaps: increment.gaps,
    ...(current.reports || increment.reports
      ? { reports: appendNew(current.reports ?? [], increment.reports ?? []) }
      : {}),
    ...(current.protocol || increment.protocol
      ? { protocol: appendNew(current.protocol ?? [], increment.protocol ?? []) }
      : {}),
    checks: increment.checks,
    ...(increment.thresholds ? { thresholds: increment.thresholds } : {}),
    series: current.series,
    points: current.points,
  };
}

// Ids grow, in store and stream alike: what is not above the last one is known.
function appendNew<T extends { id: number }>(current: T[], added: T[]): T[] {
  const last = current.at(-1)?.id ?? -1;
  const fresh = added.filter((row) => row.id > last);
  return fresh.length === 0 ? current : current.concat(fresh);
}

/** The rows with those of (fromMs, toMs] replaced by finer ones; a coarse sample that reaches over an edge ends there. */
export function refineRows(
  current: OverviewRows,
  finer: OverviewRows,
  { fromMs, toMs }: OverviewRange,
): OverviewRows {
  const { decisions, concurrency, protocol = [] } = current;
  return {
    ...current,
    ...(protocol.length > 0
      ? {
          protocol: [
            ...protocol.filter(({ atMs }) => atMs <= fromMs),
            ...(finer.protocol ?? []),
            ...protocol.filter(({ atMs }) => atMs > toMs),
          ],
        }
      : {}),
    decisions: [
      ...decisions.filter(({ atMs }) => atMs <= fromMs),
      ...finer.decisions,
      ...decisions.filter(({ atMs }) => atMs > toMs),
    ],
    concurrency: [
      ...concurrency
        .filter((sample) => sample.fromMs < fromMs || sample.atMs <= fromMs)
        .map((sample) => (sample.atMs <= fromMs ? sample : { ...sample, atMs: fromMs })),
      ...finer.concurrency,
      ...concurrency
        .filter((sample) => sample.atMs > toMs)
        .map((sample) => (sample.fromMs >= toMs ? sample : { ...sample, fromMs: toMs })),
    ],
  };
}

/** How many columns a page is given, unless it asks for another number. */
export const defaultColumns = 600;

/** An overview with about `columns` columns, of one with every second. */
export function thinOverview(full: Overview, columns: number): Overview {
  const firstMs = Math.min(full.columns[0]?.fromMs ?? Infinity, full.concurrency[0]?.fromMs ?? Infinity);
  const stepMs = stepFor(endOfOverview(full) - firstMs, columns);
  if (!Number.isFinite(firstMs) || stepMs <= 1000) return full;
  const groupOf = (atMs: number): number => Math.ceil(atMs / stepMs);
  return {
    ...full,
    columns: groupsBy(full.columns, (column) => groupOf(column.toMs)).map((group) =>
      group.length === 1 ? group[0]! : mergeColumns(group),
    ),
    concurrency: groupsBy(full.concurrency, (sample) => (sample.instant ? null : groupOf(sample.atMs))).map(
      peakOf,
    ),
    ...(full.protocol
      ? {
          protocol: groupsBy(full.protocol, ({ atMs }) => groupOf(atMs)).map((group) =>
            group.length === 1 ? group[0]! : mergeProtocolColumns(group),
          ),
        }
      : {}),
    decisions: thinDecisions(full.decisions, stepMs),
  };
}

/** When the last row of any kind was recorded. */
export function endOfOverview({ columns, podEvents, concurrency, decisions }: Overview): number {
  return Math.max(
    0,
    columns.at(-1)?.toMs ?? 0,
    ...[podEvents, concurrency, decisions].map((rows) => rows.at(-1)?.atMs ?? 0),
  );
}

/** The correlation of an overview with every second. */
export function correlateOverview(
  full: Overview,
  loadStartMs: number | null,
  loadEndMs: number | null,
): Correlation {
  const protocol = new Map(full.protocol?.map((column) => [column.atMs, column]));
  const seconds = full.columns.flatMap(({ fromMs, toMs, durations }) => {
    const kinds = timedKinds(protocol.get(toMs), durations);
    if (!durations && !kinds) return [];
    return [{ fromMs, toMs, histogram: durations ?? emptyHistogram(), ...(kinds ? { kinds } : {}) }];
  });
  return correlateSeconds({ ...full, seconds, endMs: endOfOverview(full) }, loadStartMs, loadEndMs);
}

function groupsBy<T>(rows: readonly T[], keyOf: (row: T) => number | null): T[][] {
  const groups: T[][] = [];
  let last: number | null = null;
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null && key === last) groups.at(-1)!.push(row);
    else groups.push([row]);
    last = key;
  }
  return groups;
}

/** Of neighbours, one at least, the one with the most load, since peaks are what scaling answers to. */
export function peakOf(group: readonly ConcurrencySpan[]): ConcurrencySpan {
  const first = group[0]!;
  const last = group.at(-1)!;
  if (group.length === 1) return first;
  const peak = group.reduce((most, sample) => (sample.total > most.total ? sample : most));
  return { ...peak, id: last.id, fromMs: first.fromMs, atMs: last.atMs };
}

/** Every decision that differs in what is drawn from its neighbours, and one a step of the others. */
function thinDecisions(decisions: readonly Decision[], stepMs: number): Decision[] {
  const sameAs = (a: Decision | undefined, b: Decision | undefined): boolean =>
    a !== undefined &&
    b !== undefined &&
    a.valid === b.valid &&
    a.replicas === b.replicas &&
    a.panicMode === b.panicMode &&
    a.reason.target === b.reason.target &&
    a.reason.panicThreshold === b.reason.panicThreshold;
  // Each revision's averages are drawn by themselves: of one tick none stands for another.
  const keptMs = new Map<string, number>();
  return decisions.filter((decision, i) => {
    const revision = decision.part?.revision ?? '';
    const keep =
      !sameAs(decision, decisions[i - 1]) ||
      !sameAs(decision, decisions[i + 1]) ||
      decision.atMs - (keptMs.get(revision) ?? -Infinity) >= stepMs;
    if (keep) keptMs.set(revision, decision.atMs);
    return keep;
  });
}

/** Which part of a run a page asks for: (fromMs, toMs] on the run's clock. */
export interface OverviewRange {
  fromMs: number;
  toMs: number;
}

/**
 * A part of a run in finer steps, of an overview with every second. Pods, gaps and checks are left out: a page that
 * zooms has all of them.
 */
export function rangeOverview(full: Overview, { fromMs, toMs }: OverviewRange, columns: number): Overview {
  const inside = (atMs: number): boolean => atMs > fromMs && atMs <= toMs;
  const decisions = full.decisions.filter(({ atMs }) => inside(atMs));
  const part = thinOverview(
    {
      ...full,
      columns: full.columns.filter((column) => inside(column.toMs)),
      concurrency: full.concurrency.filter(({ atMs }) => inside(atMs)),
      ...(full.protocol ? { protocol: full.protocol.filter(({ atMs }) => inside(atMs)) } : {}),
    },
    columns,
  );
  const stepMs = stepFor(toMs - fromMs, columns);
  return {
    ...part,
    podEvents: [],
    gaps: [],
    checks: [],
    series: [],
    points: [],
    decisions: stepMs <= 1000 ? decisions : thinDecisions(decisions, stepMs),
    decisionCount: decisions.length,
  };
}

/** The overview, with every second, of a recording that is here point by point. */
export function overviewOf(recording: Recording, loadStartMs: number | null): Overview {
  const series = new Map(recording.series.map(({ id, metric, tags }) => [id, { metric, tags }]));
  const pushes = new Map<number, MetricPoint[]>();
  for (const point of recording.points) {
    const push = pushes.get(point.atMs);
    if (push) push.push(point);
    else pushes.set(point.atMs, [point]);
  }
  let beforeMs: number | null = null;
  const columns = [...pushes]
    .sort(([a], [b]) => a - b)
    .map(([toMs, points], i): RequestColumn => {
      const known = points.flatMap(({ seriesId, value, histogram }) =>
        series.has(seriesId) ? [{ ...series.get(seriesId)!, value, histogram }] : [],
      );
      const column = columnOfPush(known, startOfColumn(toMs, beforeMs, loadStartMs), toMs);
      beforeMs = toMs;
      return { ...column, id: i + 1 };
    });
  const concurrency = recording.concurrency.map((sample) => ({
    ...sample,
    fromMs: sample.instant ? sample.atMs : sample.atMs - 1000,
  }));
  const protocol = protocolColumns(recording.series, recording.points);
  return {
    ...recording,
    columns,
    concurrency,
    ...(protocol.length > 0 ? { protocol } : {}),
    decisionCount: recording.decisions.length,
    checks: [],
  };
}
