import { type Objective, objectiveOf, type ReplayFigures } from '@/lib/whatif';

/**
 * The front's point with the fewest pod-seconds that lets users wait no more than now; where none does, the one with the
 * least waiting. Null for an empty front.
 */
export function suggestedPoint<P extends { figures: ReplayFigures }>(
  front: readonly P[],
  own: ReplayFigures,
  against: Objective,
): P | null {
  const enough = front.filter(({ figures }) => objectiveOf(figures, against) <= objectiveOf(own, against));
  const cheapest = enough.reduce<P | null>(
    (best, point) => (best === null || point.figures.podSeconds < best.figures.podSeconds ? point : best),
    null,
  );
  return (
    cheapest ??
    front.reduce<P | null>(
      (best, point) =>
        best === null || objectiveOf(point.figures, against) < objectiveOf(best.figures, against)
          ? point
          : best,
      null,
    )
  );
}
