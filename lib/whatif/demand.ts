/**
 * What users asked of a service, second by second, apart from how the service answered.
 * open: requests arrive whether or not earlier ones were answered (`perSecond` is arrivals in the second).
 * closed: a fixed number of clients each wait for their answer before they ask again (`perSecond` is requests in
 * flight, waiting ones included), as with k6's virtual users.
 */
export interface Demand {
  kind: 'open' | 'closed';
  /** Unix ms of the first second's beginning. */
  startMs: number;
  /** NaN: a hole, nothing is known of that second. */
  perSecond: Float64Array;
  /** Closed: how many requests there are in all, after which the clients stop; null: they go on to the end. */
  requests: number | null;
}

/** A stretch of seconds of which nothing is known. */
export interface DemandHole {
  fromMs: number;
  toMs: number;
}

/** One reading: `value` holds from `atMs` until the next reading. Null: the source says that it does not know. */
export interface DemandReading {
  atMs: number;
  value: number | null;
}

/** How long a reading may hold, as a multiple of the usual distance of two. */
const longestHold = 1.5;

/**
 * Readings at any distance to seconds. A reading holds until the next one, but no longer than 1.5 times the usual
 * (median) distance: what lies beyond is a hole. Throws RangeError without any reading.
 */
export function demandFromReadings(
  readings: readonly DemandReading[],
  kind: Demand['kind'],
  requests: number | null = null,
): Demand {
  const sorted = [...readings].sort((a, b) => a.atMs - b.atMs);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (!first || !last) throw new RangeError('a demand needs at least one reading');
  const stepMs = usualStepMs(sorted);
  const startMs = Math.floor(first.atMs / 1000) * 1000;
  const perSecond = new Float64Array(Math.max(1, Math.floor((last.atMs + stepMs - startMs) / 1000))).fill(
    NaN,
  );
  sorted.forEach((reading, index) => {
    const next = sorted[index + 1];
    const untilMs =
      next && next.atMs - reading.atMs <= longestHold * stepMs ? next.atMs : reading.atMs + stepMs;
    const from = Math.floor((reading.atMs - startMs) / 1000);
    const to = Math.max(from + 1, Math.floor((untilMs - startMs) / 1000));
    perSecond.fill(reading.value ?? NaN, from, to);
  });
  return { kind, startMs, perSecond, requests };
}

/** Where nothing is known, in order. */
export function holesOf(demand: Demand): DemandHole[] {
  const holes: DemandHole[] = [];
  demand.perSecond.forEach((value, second) => {
    if (!Number.isNaN(value)) return;
    const fromMs = demand.startMs + second * 1000;
    const last = holes.at(-1);
    if (last?.toMs === fromMs) last.toMs += 1000;
    else holes.push({ fromMs, toMs: fromMs + 1000 });
  });
  return holes;
}

/** Recorded concurrency as arrivals, by Little's law: requests in flight ÷ the time that each takes. */
export function toOpenDemand(demand: Demand, serviceTimeMs: number): Demand {
  if (demand.kind === 'open') return demand;
  return {
    ...demand,
    kind: 'open',
    requests: null,
    perSecond: demand.perSecond.map((inFlight) => (inFlight * 1000) / serviceTimeMs),
  };
}

function usualStepMs(sorted: readonly DemandReading[]): number {
  const steps = sorted
    .slice(1)
    .map((reading, index) => reading.atMs - sorted[index]!.atMs)
    .filter((ms) => ms > 0)
    .sort((a, b) => a - b);
  return Math.max(1000, steps[Math.floor(steps.length / 2)] ?? 1000);
}
