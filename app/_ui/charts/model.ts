import { type Correlation } from '@/lib/timeline/correlate';
import { type OverviewRows } from '@/lib/timeline/overview';
import { podsByRevision } from '@/lib/timeline/correlate-revisions';
import { knowsPods, podTimeline, type PodTimeline } from '@/lib/timeline/pods';
import { type Decision } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { type RequestTable } from './columns';

/** Everything that the charts draw, made from a run and its recording. */
export interface ChartModel {
  run: Run;
  recording: OverviewRows;
  table: RequestTable;
  correlation: Correlation;
  /** The pods of each revision, in the order in which they came; empty where there is one. */
  podsByRevision: ReadonlyMap<string, PodTimeline>;
  /** The calculation's steps: replicas from each decision on, and the load that a ready pod should have. */
  decisions: readonly Decision[];
  /** The end of what is recorded, on the run's clock. */
  endMs: number;
}

/** The last moment that anything was recorded. */
function endOf(run: Run, recording: OverviewRows, table: RequestTable): number {
  const last = (rows: readonly { atMs: number }[]): number => rows.at(-1)?.atMs ?? 0;
  return Math.max(
    1000,
    run.loadEndMs ?? 0,
    table.all.at(-1)?.toMs ?? 0,
    last(recording.podEvents),
    last(recording.concurrency),
    last(recording.decisions),
  );
}

const none: ReadonlyMap<string, PodTimeline> = new Map();

/** Makes the model; what has not changed is taken over from `before`. */
export function makeModel(
  run: Run,
  recording: OverviewRows,
  table: RequestTable,
  correlation: Omit<Correlation, 'pods'>,
  before: ChartModel | null,
): ChartModel {
  const pods =
    before?.recording.podEvents === recording.podEvents
      ? before.correlation.pods
      : podTimeline(recording.podEvents);
  const byRevision =
    before?.recording.podEvents === recording.podEvents
      ? before.podsByRevision
      : podsByRevision(recording.podEvents);
  const same =
    before !== null &&
    before.correlation.pods === pods &&
    before.correlation.expected === correlation.expected &&
    before.correlation.observed === correlation.observed;
  return {
    run,
    recording,
    table,
    podsByRevision: byRevision.size > 1 ? byRevision : none,
    correlation: same ? before.correlation : { ...correlation, pods },
    decisions:
      before?.recording.decisions === recording.decisions
        ? before.decisions
        : recording.decisions.filter((decision) => decision.valid),
    endMs: endOf(run, recording, table),
  };
}

export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** The whole run; while it goes on, in steps of ten seconds, so that the axis does not move each second. */
export function wholeRange(model: Pick<ChartModel, 'run' | 'endMs'>): TimeRange {
  const ended = model.run.endedAtMs !== null;
  return {
    fromMs: 0,
    toMs: ended ? model.endMs : Math.max(20_000, Math.ceil((model.endMs + 1) / 10_000) * 10_000),
  };
}

/** Whether it is known how many pods there were: of an imported run no pod is told, and nothing says why. */
export function hasPods({ run, recording }: Pick<ChartModel, 'run' | 'recording'>): boolean {
  return recording.podEvents.length > 0 || (run.importedFrom === null && knowsPods(recording));
}

/** The pods that a decision asks for: by the cluster's own averages, where these are told, else as calculated. */
export function replicasOf(
  { correlation }: Pick<ChartModel, 'correlation'>,
  { id, replicas }: Decision,
): number {
  return correlation.replicasTold[id] ?? replicas;
}

/** The load a ready pod should have and the panic threshold, as the decision in force says. */
export function limitsOf(decision: Decision | undefined): { target: number; panicThreshold: number } | null {
  const target = decision?.reason.target;
  const panicThreshold = decision?.reason.panicThreshold;
  return typeof target === 'number'
    ? { target, panicThreshold: typeof panicThreshold === 'number' ? panicThreshold : 0 }
    : null;
}

/** The last item at or before a moment, of items in the order of time. */
export function lastBefore<T extends { atMs: number }>(items: readonly T[], atMs: number): T | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}

/** The items in a range with the one before it and the one after it, so that lines reach its edges. */
export function around<T extends { atMs: number }>(
  items: readonly T[],
  { fromMs, toMs }: TimeRange,
): readonly T[] {
  let first = 0;
  let end = items.length;
  while (first < end && (items[first + 1]?.atMs ?? Infinity) <= fromMs) first++;
  while (end > first && (items[end - 2]?.atMs ?? -Infinity) >= toMs) end--;
  return items.slice(first, end);
}
