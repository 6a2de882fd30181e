import { type GatewayReading } from './gateway-metrics';

/**
 * Seconds end half a second after a whole one. In a cluster each reporter has a beat of its own, while the
 * autoscaler's buckets are whole seconds of the clock: the middle is as far from one extreme (a report always counts in
 * the second after the one that it is about) as from the other (docs/decisions/past-phase-and-activator.md).
 */
const endsAtMs = 500;

/** Readings at any moments, as the mean of each second. */
export class SecondMeans {
  private readings: GatewayReading[] = [];
  private second = -1;

  /** The second of the readings taken so far, if it has ended by now; null: it goes on, or had none. */
  close(atUnixMs: number): { mean: GatewayReading; atUnixMs: number } | null {
    const { readings, second } = this;
    if (readings.length === 0 || secondOf(atUnixMs) === second) return null;
    this.readings = [];
    const mean = (pick: (reading: GatewayReading) => number): number =>
      readings.reduce((sum, reading) => sum + pick(reading), 0) / readings.length;
    const told = readings.flatMap(({ byRevision }) => (byRevision ? [byRevision] : []));
    const sums = told.length === readings.length ? sumByRevision(told) : null;
    return {
      mean: {
        active: mean(({ active }) => active),
        waiting: mean(({ waiting }) => waiting),
        byRevision:
          sums &&
          Object.fromEntries(
            Object.entries(sums).map(([revision, sum]) => [revision, sum / readings.length]),
          ),
      },
      atUnixMs: (second + 1) * 1000 + endsAtMs,
    };
  }

  /** Takes a reading, after `close` of the same moment. */
  add(reading: GatewayReading, atUnixMs: number): void {
    this.second = secondOf(atUnixMs);
    this.readings.push(reading);
  }
}

const secondOf = (atUnixMs: number): number => Math.floor((atUnixMs - endsAtMs) / 1000);

/** The middle of the second after that of a moment (Unix ms). */
export function middleOfNextSecond(atUnixMs: number): number {
  return (secondOf(atUnixMs) + 1.5) * 1000 + endsAtMs;
}

/** The sums of each revision's values; what is not named is 0. */
export function sumByRevision(values: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of values)
    for (const [revision, value] of Object.entries(one)) sums[revision] = (sums[revision] ?? 0) + value;
  return sums;
}
