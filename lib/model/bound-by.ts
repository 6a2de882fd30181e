import { z } from 'zod';

/** The rule that had the last word on a decision. */
export const boundBySchema = z.enum([
  // The decider (spec, section 3).
  'no-data',
  'stable',
  'panic',
  'panic-hold',
  'scale-up-rate',
  'scale-down-rate',
  'activation-scale',
  'scale-down-delay',
  // The PodAutoscaler (section 4).
  'initial-scale',
  'min-scale',
  'max-scale',
  'scale-to-zero-off',
  'scale-to-zero-idle',
  'scale-to-zero-grace',
  'scale-to-zero-retention',
  'scale-to-zero',
  'activating',
  // HPA (section 5).
  'metric',
  'tolerance',
  'stabilization',
  'policy',
  'scaling-disabled',
]);
export type BoundBy = z.infer<typeof boundBySchema>;
