import { z } from 'zod';

const known = z.number().nullable();

/** What each of a service's revisions had in a run; null: not known. */
export const revisionFiguresSchema = z.object({
  revision: z.string(),
  /** Its part, of 1, of all that was in flight. */
  share: known,
  peakInFlight: known,
  peakReadyPods: z.number(),
  podSeconds: z.number(),
  /** The load of a pod that it is scaled by; null also where all revisions were calculated as one. */
  target: known,
  minScale: known,
  /** 0: none. */
  maxScale: known,
  /** Scale events that were due. */
  scaleEvents: z.number(),
  worstLagMs: known,
});
export type RevisionFigures = z.infer<typeof revisionFiguresSchema>;
