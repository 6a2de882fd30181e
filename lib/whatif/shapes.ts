import { z } from 'zod';
import { autoscalerConfigSchema, configProblemSchema } from '@/lib/autoscaling';
import { limits } from '@/lib/model/limits';
import { code, messageSchema } from '@/lib/model/message';
import { podProbeSchema } from '@/lib/model/probe';
import { requestUnits } from '@/lib/model/protocol';
import { shownFigureSchema } from './fidelity';
import { replayFiguresSchema, sweepGridSchema, sweepPointSchema, whatIfSettingsSchema } from '@/lib/whatif';

const seriesSchema = z.object({ readyPods: z.array(z.number()), waiting: z.array(z.number()) });
const knownOrNot = z.array(z.number().nullable());
export const replayResultSchema = z.object({
  config: autoscalerConfigSchema,
  /** What we assume, in English. */
  assumptions: z.array(z.string()),
  assumptionCodes: z.array(messageSchema),
  figures: replayFiguresSchema,
  /** In steps of `demand.stepSeconds`. */
  series: seriesSchema,
  /** The configuration to paste. */
  yaml: z.string(),
});

export const whatIfResultSchema = z.object({
  demand: z.object({
    kind: z.enum(['open', 'closed']),
    startMs: z.number(),
    seconds: z.number().int(),
    /** Seconds that one value of a series stands for: 1, more where a demand is long. */
    stepSeconds: z.number().int(),
    requests: z.number().nullable(),
    holes: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
    /** Time that a request takes in a pod: the median where it changes over the demand. */
    serviceTimeMs: z.number(),
    /** Observed times from a pod's creation to its readiness. */
    podStartMs: z.array(z.number()),
    /** What the run's pods were asked before they were ready; empty: not known. */
    probes: z.array(podProbeSchema),
    /** What its requests are called. */
    unit: z.enum(requestUnits),
    startPods: z.number(),
  }),
  /** The revision whose demand it is; null: all of them together, or a demand that no run recorded. */
  revision: z.string().nullable(),
  /** The run's revisions that can be asked for; empty where it had one. */
  revisions: z.array(z.string()),
  /** Null for a demand that no run recorded. */
  observed: z.object({ readyPods: knownOrNot, waiting: knownOrNot }).nullable(),
  /** The demand's own configuration, replayed. */
  own: replayResultSchema,
  /** How well `own` meets what was observed; null where nothing was. */
  fidelity: z
    .object({
      readyPodsMeanAbsoluteError: z.number().nullable(),
      readyPodsBias: z.number().nullable(),
      comparedSeconds: z.number(),
      waitingMeanAbsoluteError: z.number().nullable(),
      waitingRequestSecondsError: z.number().nullable(),
      /** Figures of `own` that the run tells too. */
      shown: z.array(shownFigureSchema),
    })
    .nullable(),
  /** The changed configuration, replayed; null where Knative would refuse it. */
  replay: replayResultSchema.nullable(),
  /** Why Knative would refuse the changed configuration. */
  problems: z.array(configProblemSchema),
});
export type WhatIfResult = z.infer<typeof whatIfResultSchema>;

/** Body of `POST /api/runs/:id/what-if`. */
export const whatIfRequestSchema = z.strictObject({
  settings: whatIfSettingsSchema.default({}),
  /** One of the run's revisions; null: all of them together. */
  revision: z.string().max(253).nullable().default(null),
});

/** Body of `POST /api/what-if`: a demand of the user's own. */
export const whatIfFileRequestSchema = z.strictObject({
  format: z.enum(['csv', 'prometheus']),
  text: z
    .string()
    .min(1, code('validation.text-empty'))

    .max(limits.demand.characters, code('validation.text-too-long')),
  /** Whether `text` has requests in flight (closed) or arrivals a second (open). */
  kind: z.enum(['closed', 'open']).default('closed'),
  annotations: z.record(z.string(), z.string()).default({}),
  containerConcurrency: z.number().int().min(0).max(1000).default(0),
  serviceTimeMs: z
    .number()
    .positive(code('validation.more-than-0'))
    .min(limits.demand.serviceMs[0])
    .max(limits.demand.serviceMs[1]),
  podStartMs: z.number().min(0).max(3_600_000).default(3000),
  startPods: z.number().int().min(0).max(10_000).default(1),
  settings: whatIfSettingsSchema.default({}),
});
export type WhatIfFileRequest = z.infer<typeof whatIfFileRequestSchema>;

/** Body of `POST /api/runs/:id/sweep`. */
export const sweepRequestSchema = whatIfRequestSchema.extend({ grid: sweepGridSchema });

/** Body of `POST /api/what-if/sweep`: a demand of the user's own. */
export const sweepFileRequestSchema = whatIfFileRequestSchema.extend({ grid: sweepGridSchema });

/** One line of a sweep's answer: first the size, then lots of points, last that it is done or why it is not. */
export const sweepLineSchema = z.union([
  z.object({ size: z.number().int() }),
  z.object({ points: z.array(sweepPointSchema) }),
  z.object({ done: z.literal(true) }),
  z.object({ error: z.string(), ...messageSchema.shape }),
]);
export type SweepLine = z.infer<typeof sweepLineSchema>;
