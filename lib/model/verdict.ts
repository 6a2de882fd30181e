import { z } from 'zod';
import { messageSchema } from './message';
import { objectiveSchema } from './objective';

export const verdictOutcomeSchema = z.enum(['pass', 'fail', 'unclear']);
/** unclear: what would decide it is in doubt, so it is held against nobody. */
export type VerdictOutcome = z.infer<typeof verdictOutcomeSchema>;

/** A sentence as a code with its data, and in English. */
const saidSchema = messageSchema.extend({ text: z.string() });

/** One thing that a run is judged by. */
export const verdictCheckSchema = z.object({
  subject: z.enum([
    'end',
    'requests',
    'threshold',
    'failures',
    'scale-up',
    'slow',
    'over-limit',
    'waiting',
    'cold-starts',
    'incident',
    'lag',
    'regression',
  ]),
  outcome: verdictOutcomeSchema,
  said: saidSchema,
  /** Its place on the run's clock; null: the whole run. */
  range: z.object({ fromMs: z.number(), toMs: z.number() }).nullable(),
  /** Whose pods it is about, where the service has several revisions. */
  revision: z.string().optional(),
});
export type VerdictCheck = z.infer<typeof verdictCheckSchema>;

/** What an ended run is told by first; null where it is not known. Times in ms. */
export const verdictFiguresSchema = z.object({
  /** The longest time in which pods were missing, where it began, and whether it had not ended, so that it was at least so long. */
  worstIncidentMs: z.number().nullable(),
  worstIncidentAtMs: z.number().nullable(),
  worstIncidentOpen: z.boolean().nullable().default(null),
  /** Null: no pods were recorded, or nothing was calculated, so that nobody knows. */
  incidents: z.number().int().nullable(),
  /** Incidents that capacity never followed. */
  openIncidents: z.number().int(),
  /** Requests slower than the objective's `slowerThanMs`, else than the steady state while pods were missing. */
  slowRequests: z.number().nullable(),
  /** What they may be at the most, where recorded buckets reach over the limit; null: `slowRequests` is exact. */
  slowRequestsMost: z.number().nullable().default(null),
  slowAboveMs: z.number().nullable(),
  /** Time of pods from their making until they are gone, and of those that were ready. */
  podSeconds: z.number().nullable(),
  readyPodSeconds: z.number().nullable(),
  /** Share of the ready pods' places in which no request was, over the load. */
  idleShare: z.number().nullable(),
  /** `podSeconds` at the service's price of a pod-hour. */
  cost: z.number().nullable(),
  overLimitMs: z.number().nullable(),
  mostWaiting: z.number().nullable(),
  coldStarts: z.number().int(),
});
export type VerdictFigures = z.infer<typeof verdictFiguresSchema>;

/** Whether a run was as it should be, why, and by which objective: the same on every page, in every export and for the exit code. */
export const verdictSchema = z.object({
  outcome: verdictOutcomeSchema,
  /** In one sentence. */
  said: saidSchema,
  /** Passed ones too, in the order in which they are told. */
  checks: z.array(verdictCheckSchema),
  objective: objectiveSchema,
  /** Who asked for it: the service, this run in part, or nobody. */
  objectiveOf: z.enum(['none', 'service', 'run']),
  figures: verdictFiguresSchema,
});
export type Verdict = z.infer<typeof verdictSchema>;

/** What a list shows of a verdict. */
export const verdictShownSchema = verdictSchema.pick({ outcome: true, said: true });
export type VerdictShown = z.infer<typeof verdictShownSchema>;
