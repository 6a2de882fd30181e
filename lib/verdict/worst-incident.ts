import { type RunFigures } from '@/lib/model/run';
import { type Correlation } from '@/lib/timeline/correlate';
import { incidentsOf, type JudgedIncident } from './incidents';

/** The worst time of a run in which pods were missing, as it is told everywhere. Times on the run's clock. */
export interface WorstIncident {
  atMs: number;
  /** As incidents print it; where it had not ended it was at least so long. */
  durationMs: number;
  isOpen: boolean;
}

/**
 * The longest of a run's incidents, in which what is in doubt is nobody's. One that had not ended when the recording did
 * counts with what of it is known, and is worse than another that was as long. Null: pods were never missing for sure.
 */
export function worstIncidentOf(incidents: readonly JudgedIncident[]): WorstIncident | null {
  let worst: WorstIncident | null = null;
  for (const { doubt, startMs: atMs, durationMs, isOpen } of incidents) {
    if (doubt !== null) continue;
    const isWorse =
      worst === null ||
      durationMs > worst.durationMs ||
      (durationMs === worst.durationMs && isOpen && !worst.isOpen);
    if (isWorse) worst = { atMs, durationMs, isOpen };
  }
  return worst;
}

/** The same among a run's figures. */
export function worstIncidentFigures(
  correlation: Pick<Correlation, 'incidents' | 'settings'>,
): Required<Pick<RunFigures, 'worstIncidentMs' | 'worstIncidentOpen'>> {
  const worst = worstIncidentOf(incidentsOf(correlation));
  return { worstIncidentMs: worst?.durationMs ?? null, worstIncidentOpen: worst?.isOpen ?? null };
}
