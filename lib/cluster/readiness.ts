import { z } from 'zod';

/** What tells whether one of Knative's objects is ready. */
export const readinessSchema = z.looseObject({
  metadata: z.looseObject({ generation: z.number().nullish() }),
  status: z
    .looseObject({
      observedGeneration: z.number().nullish(),
      conditions: z
        .array(
          z.looseObject({
            type: z.string(),
            status: z.string(),
            reason: z.string().nullish(),
            message: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** Whether an object is ready, and why it is not, in the cluster's own words. */
export interface Readiness {
  /** Null: it is not known, or not yet. */
  ready: boolean | null;
  /** Its status is of an earlier generation: what it says of being ready is no longer so. */
  stale: boolean;
  reason: string | null;
  message: string | null;
}

/** Whether an object is ready by its Ready condition, which counts only where it is of the object's own generation. */
export function readinessOf({ metadata, status }: z.infer<typeof readinessSchema>): Readiness {
  const found = status?.conditions?.find(({ type }) => type === 'Ready');
  const stale = (status?.observedGeneration ?? 0) < (metadata.generation ?? 0);
  return {
    ready: stale || !found ? null : found.status === 'True' ? true : found.status === 'False' ? false : null,
    stale,
    reason: (!stale && found?.status !== 'True' && found?.reason) || null,
    message: (!stale && found?.status !== 'True' && found?.message) || null,
  };
}
