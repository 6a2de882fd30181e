import { type ConcurrencySpan } from './overview';
import { podTimes } from './pod-time';
import { type PodStep } from './pods';

/** What of the ready pods' places was used over the seconds whose concurrency is known. */
interface PlacesUse {
  /** The seconds in which more was in flight than the most ready pods of that second take. */
  overLimitMs: number;
  /** Of the places of the ready pods, those in which no request was; null: no pod was ready. */
  idleShare: number | null;
}

/** `places`: requests that a pod takes at once; `samples`: means of times that follow each other. */
export function placesUse(
  samples: readonly ConcurrencySpan[],
  steps: readonly PodStep[],
  places: number,
): PlacesUse {
  const pods = podTimes(
    steps,
    samples.map(({ fromMs, atMs }) => ({ fromMs, toMs: atMs })),
  );
  let overLimitMs = 0;
  let offered = 0;
  let used = 0;
  for (const [i, { fromMs, atMs, total, active }] of samples.entries()) {
    const { mostReady, readyPodSeconds } = pods[i]!;
    // Means of sums differ in the last digits.
    if (total > places * mostReady + 1e-6) overLimitMs += atMs - fromMs;
    const ready = readyPodSeconds * places;
    offered += ready;
    used += Math.min(ready, (active ?? total) * ((atMs - fromMs) / 1000));
  }
  return { overLimitMs, idleShare: offered === 0 ? null : 1 - used / offered };
}
