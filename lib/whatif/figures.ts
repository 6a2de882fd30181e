import { z } from 'zod';

const quantilesSchema = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });

export const replayFiguresSchema = z.object({
  /** Seconds that were played, and those of them of which nothing was known. */
  seconds: z.number(),
  holeSeconds: z.number(),
  /** A demand with a number of requests: all of them were served. */
  finished: z.boolean(),
  /** Requests answered. */
  requests: z.number(),
  /** Requests that waited at the gateway for a place in a pod, and those that still do at the end. */
  waitedRequests: z.number(),
  stillWaiting: z.number(),
  peakWaiting: z.number(),
  /** The wait over all requests, and over those that waited. */
  waitMs: quantilesSchema,
  waitOfWaitingMs: quantilesSchema,
  meanWaitMs: z.number(),
  maxWaitMs: z.number(),
  /** Seconds in which somebody waited. */
  underCapacitySeconds: z.number(),
  /** Times that load met no ready pod. */
  coldStarts: z.number(),
  podStarts: z.number(),
  peakReadyPods: z.number(),
  /** Time of pods asked for, whether ready yet or not: what is paid. */
  podSeconds: z.number(),
  readyPodSeconds: z.number(),
  cost: z.number(),
});
/** What a configuration would have meant for a demand. */
export type ReplayFigures = z.infer<typeof replayFiguresSchema>;

/** The same second by second; index 0 is the second that begins at `startMs`, values are those at its end. */
export interface ReplaySeries {
  startMs: number;
  readyPods: Float64Array;
  replicas: Float64Array;
  /** Requests waiting at the gateway. */
  waiting: Float64Array;
  inFlight: Float64Array;
  figures: ReplayFigures;
}

/** How well a simulation of a run's own configuration meets the run. */
export interface ReplayError {
  /** Mean absolute error of ready pods over the seconds that both know. */
  readyPodsMeanAbsoluteError: number;
  /** Simulated less observed, mean: positive, the simulation has too many. */
  readyPodsBias: number;
  comparedSeconds: number;
  /** The same of requests waiting; null: not observed. */
  waitingMeanAbsoluteError: number | null;
  /** Simulated less observed total waiting, in request-seconds; null: not observed. */
  waitingRequestSecondsError: number | null;
}

/**
 * Compares a simulation with what was observed, second by second on the simulation's axis (NaN: not observed): what a
 * user must know before trusting it on another configuration.
 */
export function compareWithRun(
  observed: { readyPods: ArrayLike<number>; waiting?: ArrayLike<number> | null },
  simulated: Pick<ReplaySeries, 'readyPods' | 'waiting'>,
): ReplayError {
  const pods = meanError(observed.readyPods, simulated.readyPods);
  const waiting = observed.waiting ? meanError(observed.waiting, simulated.waiting) : null;
  return {
    readyPodsMeanAbsoluteError: pods.absolute,
    readyPodsBias: pods.bias,
    comparedSeconds: pods.count,
    waitingMeanAbsoluteError: waiting && waiting.absolute,
    waitingRequestSecondsError: waiting && waiting.bias * waiting.count,
  };
}

function meanError(
  observed: ArrayLike<number>,
  simulated: ArrayLike<number>,
): { absolute: number; bias: number; count: number } {
  let absolute = 0;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < Math.min(observed.length, simulated.length); i++) {
    const difference = simulated[i]! - observed[i]!;
    if (Number.isNaN(difference)) continue;
    absolute += Math.abs(difference);
    sum += difference;
    count++;
  }
  return { absolute: count === 0 ? NaN : absolute / count, bias: count === 0 ? NaN : sum / count, count };
}
