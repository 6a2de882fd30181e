import { z } from 'zod';
import { type ReplayError, type ReplaySeries } from './figures';

/** A figure of the replay that the run tells too, so that both can be held against each other. */
export const shownFigureSchema = z.object({
  key: z.enum(['peakReadyPods', 'underCapacitySeconds', 'maxWaitMs']),
  observed: z.number(),
  simulated: z.number(),
});
export type ShownFigure = z.infer<typeof shownFigureSchema>;

/** What the run itself tells, second by second on the simulation's axis; NaN: not observed. */
export interface Observed {
  readyPods: ArrayLike<number>;
  waiting: ArrayLike<number>;
  /** The longest that a request waited: k6's maximum less what a request takes in a pod; null: not known. */
  longestWaitMs: number | null;
}

export const fidelities = ['good', 'fair', 'poor', 'unknown'] as const;
export type Fidelity = (typeof fidelities)[number];

/** Less than this waits in a second that is read from a gateway's count now and then. */
const leastWaiting = 0.05;

/** The figures that a page shows of a replay and that the run tells too. */
export function shownFigures(observed: Observed, { figures }: Pick<ReplaySeries, 'figures'>): ShownFigure[] {
  const known = (values: ArrayLike<number>): number[] =>
    Array.from(values).filter((value) => !Number.isNaN(value));
  const [pods, waiting] = [known(observed.readyPods), known(observed.waiting)];
  return [
    ...(pods.length === 0
      ? []
      : [
          {
            key: 'peakReadyPods' as const,
            observed: Math.max(...pods),
            simulated: figures.peakReadyPods,
          },
        ]),
    ...(waiting.length === 0
      ? []
      : [
          {
            key: 'underCapacitySeconds' as const,
            observed: waiting.filter((value) => value > leastWaiting).length,
            simulated: figures.underCapacitySeconds,
          },
        ]),
    ...(observed.longestWaitMs === null
      ? []
      : [{ key: 'maxWaitMs' as const, observed: observed.longestWaitMs, simulated: figures.maxWaitMs }]),
  ];
}

/** Differences up to this are none that a reader would act on. */
const small: Record<ShownFigure['key'], number> = {
  peakReadyPods: 1,
  underCapacitySeconds: 2,
  maxWaitMs: 100,
};
/** Up to so many times the smaller of the two a figure is met well, or roughly. */
const goodRatio = 4 / 3;
const fairRatio = 2;
/** Mean errors of ready pods up to which a replay is good, or fair. */
const goodPods = 0.5;
const fairPods = 1.5;

/** How well one figure is met. */
export function fidelityOf({ key, observed, simulated }: ShownFigure): Exclude<Fidelity, 'unknown'> {
  const [less, more] = [Math.min(observed, simulated), Math.max(observed, simulated)];
  if (more - less <= small[key] || more <= less * goodRatio) return 'good';
  return more <= less * fairRatio ? 'fair' : 'poor';
}

/** How far a replay is to be trusted: as far as the worst of what it shows is met. */
export function replayFidelity(
  {
    readyPodsMeanAbsoluteError: error,
  }: { readyPodsMeanAbsoluteError: ReplayError['readyPodsMeanAbsoluteError'] | null },
  shown: readonly ShownFigure[],
): Fidelity {
  if (error === null || Number.isNaN(error)) return 'unknown';
  const all = [error <= goodPods ? 'good' : error <= fairPods ? 'fair' : 'poor', ...shown.map(fidelityOf)];
  return fidelities.findLast((one) => all.includes(one)) ?? 'unknown';
}
