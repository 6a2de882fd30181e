import { z } from 'zod';
import { boundBySchema } from './bound-by';
import { autoscalerClassSchema } from './autoscaler-config';

/** The numbers that went into a decision: plain JSON, stored with it, from which `explain` makes words. */
export const decisionReasonSchema = z.object({
  class: autoscalerClassSchema,
  metric: z.string(),
  /** Load a pod should have (HPA: the target in the metric's own unit). */
  target: z.number(),
  stableWindowMs: z.number(),
  panicWindowMs: z.number(),
  panicThreshold: z.number(),
  /** Pods that the averages ask for, before any limit; null without data. */
  wantedStable: z.number().nullable(),
  wantedPanic: z.number().nullable(),
  /** The same within the rates and the activation scale. */
  desiredStable: z.number().nullable(),
  desiredPanic: z.number().nullable(),
  upLimit: z.number().nullable(),
  downLimit: z.number().nullable(),
  /** The most pods wanted since panic began; panic never goes below. */
  maxPanicPods: z.number().nullable(),
  panicSinceMs: z.number().nullable(),
  minScale: z.number(),
  /** 0: none. */
  maxScale: z.number(),
  initialScale: z.number(),
  activationScale: z.number(),
  scaleDownDelayMs: z.number(),
  /** The decider's own rule, before the PodAutoscaler's bounds; HPA: the metric's. */
  deciderBoundBy: boundBySchema,
  /** Condition Active of the PodAutoscaler; null for HPA. */
  active: z.enum(['True', 'Unknown', 'False']).nullable(),
  activeSinceMs: z.number().nullable(),
  /** How long until a waiting scale to zero is looked at again; null: nothing waits. */
  waitMs: z.number().nullable(),
  /** Endpoints wanted: `Proxy` through the activator; null where there is none. */
  mode: z.enum(['Serve', 'Proxy']).nullable(),
  /** Spare capacity beyond the burst to be held, in requests; negative: the activator belongs in the path. Null where there is none, and in recordings of before it was kept. */
  excessBurstCapacity: z.number().nullable().default(null),
  /** Why an HPA could not read its metric, in its controller's words; null: it could. */
  failure: z.string().nullable().default(null),
});
export type DecisionReason = z.infer<typeof decisionReasonSchema>;

export const scaleDecisionSchema = z.object({
  /** Unix ms. */
  atMs: z.number(),
  /** False: no data, so nothing was decided; `desiredPods` and `replicas` are what they were. */
  valid: z.boolean(),
  readyPods: z.number(),
  /** The decider's answer, before bounds; -1: none yet. */
  desiredPods: z.number(),
  /** What `spec.replicas` should be after this tick: within the bounds and the rules of scale to zero. */
  replicas: z.number(),
  stableAverage: z.number().nullable(),
  panicAverage: z.number().nullable(),
  panicMode: z.boolean(),
  excessBurstCapacity: z.number(),
  boundBy: boundBySchema,
  reason: decisionReasonSchema,
});
export type ScaleDecision = z.infer<typeof scaleDecisionSchema>;
