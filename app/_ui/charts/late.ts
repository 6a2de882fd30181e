import { type ChartModel } from './model';

/** What comes each second, and is told to be late where it is not here yet. */
type TimedSeries = 'requests' | 'concurrency';

/** A push and a reading a second take up to two until they are here: what is behind by more is told. */
const usuallyMs = 2500;

/**
 * The series of a run that goes on which end before the others do, and how far behind their last second is (ms). Pods and
 * decisions hold until they change: what is not known of them is a gap.
 */
export function lateSeries({
  run,
  table,
  recording,
  endMs,
}: Pick<ChartModel, 'run' | 'table' | 'recording' | 'endMs'>): { series: TimedSeries; lateMs: number }[] {
  // Before the load, and after it, there is nothing to come.
  if (run.endedAtMs !== null || run.loadStartMs === null || run.loadEndMs !== null) return [];
  const { loadStartMs } = run;
  const last: [TimedSeries, number | undefined][] = [
    ['requests', table.all.at(-1)?.toMs],
    ['concurrency', recording.concurrency.at(-1)?.atMs],
  ];
  return last.flatMap(([series, atMs]) => {
    const lateMs = endMs - Math.max(atMs ?? 0, loadStartMs);
    return lateMs > usuallyMs ? [{ series, lateMs }] : [];
  });
}
