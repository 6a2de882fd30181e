import { timeTicks } from 'd3-time';
import { type TrendRun } from '@/lib/model/trend';

export const trendAxes = ['time', 'order'] as const;
/** How runs lie beside each other: at their times, or one after another, which parts those of one afternoon. */
export type TrendAxis = (typeof trendAxes)[number];

/** Where each run lies, from 0 at the first to 1 at the last; one alone, and all of one moment, in the middle. */
export function placesOf(runs: readonly Pick<TrendRun, 'startedAtMs'>[], axis: TrendAxis): number[] {
  const at = (i: number): number => (axis === 'time' ? runs[i]!.startedAtMs : i);
  const [from, to] = [at(0), at(runs.length - 1)];
  return runs.map((_, i) => (to > from ? (at(i) - from) / (to - from) : 0.5));
}

/** Round moments of the reader's zone between two, about `count` of them, and what of each has to be told. */
export function momentsBetween(
  fromMs: number,
  toMs: number,
  count: number,
): { atMs: number; told: 'day' | 'minute' | 'second' }[] {
  const ticks = timeTicks(new Date(fromMs), new Date(toMs), count);
  const isWithinMinutes = ticks.some((tick) => tick.getSeconds() > 0);
  return ticks.map((tick) => ({
    atMs: tick.getTime(),
    told: isWithinMinutes ? 'second' : tick.getHours() + tick.getMinutes() === 0 ? 'day' : 'minute',
  }));
}

/** The place that is nearest. */
export function nearestOf(places: readonly number[], share: number): number {
  let nearest = 0;
  places.forEach((place, i) => {
    if (Math.abs(place - share) <= Math.abs(places[nearest]! - share)) nearest = i;
  });
  return nearest;
}
