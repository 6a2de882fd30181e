import { z } from 'zod';
import { messageSchema } from './message';

/**
 * The parts of an incident, in the order of time. Of one in which pods were missing:
 * notice: the load had changed, the averages had not; climb: the calculation itself came to its most in steps; decide: due
 * to decided by the cluster; act: decided to the pod made; answer: both, where the cluster did not say what it decided; then
 * the last pod's way to ready; limit: as many pods as are allowed were not enough; drain: the queue emptied.
 * Of one in which pods were idle: settings: the windows and delays that were asked for; then decide, act (or answer), and stop: told to
 * end to gone.
 */
export const incidentPartNames = [
  'notice',
  'climb',
  'settings',
  'decide',
  'act',
  'answer',
  'schedule',
  'pull',
  'init',
  'start',
  'probe',
  'unknown',
  'stop',
  'limit',
  'drain',
] as const;
export type IncidentPartName = (typeof incidentPartNames)[number];

export const incidentPartSchema = z.object({
  part: z.enum(incidentPartNames),
  fromMs: z.number(),
  toMs: z.number(),
});
export type IncidentPart = z.infer<typeof incidentPartSchema>;

const culpritKinds = [
  /** The averages that it decides by were flat: the calculation's own, or by its own metrics the cluster's. */
  'did-not-see',
  /** Pods were due, the cluster's autoscaler asked for none. */
  'did-not-decide',
  /** It had decided (or did not say), and no pod was made or told to end. */
  'did-not-act',
  /** Pods were made and not ready. */
  'could-not-start',
  /** The pods that were made were ready as soon as can be expected of any: nobody's fault. */
  'normal-start',
  /** Pods were ready and had room, and requests waited. */
  'did-not-route',
  /** max-scale. */
  'not-allowed',
  /** Ready pods went under load. */
  'lost-pods',
  /** The cluster took away what was due, or made what was not. */
  'decided-otherwise',
  /** Idle: as long as the settings ask for. */
  'as-set',
  'unclear',
] as const;

/** Why nothing can be said of the cluster: our own inputs are in doubt. */
export const doubtKinds = ['rounding-edge', 'no-history', 'no-data', 'gap'] as const;
export type Doubt = (typeof doubtKinds)[number];

export const culpritSchema = z.object({
  kind: z.enum(culpritKinds),
  /** Of `unclear`: why. */
  doubt: z.enum(doubtKinds).nullable(),
  /** What shows it, as codes. */
  evidence: z.array(messageSchema),
});
export type Culprit = z.infer<typeof culpritSchema>;

/**
 * From a change of the load (or of the pods) to enough of them: one thing that a user lives through. Times on the run's
 * clock. The incidents of a run do not overlap, where it has several revisions those of each; of each incident, the parts follow each other without a hole, from `startMs` to
 * `endMs`.
 */
export const incidentSchema = z.object({
  id: z.string(),
  /** Whose pods it is about, where the service has several revisions. */
  revision: z.string().optional(),
  /** short: more was asked for than the ready pods could take; idle: far less. */
  kind: z.enum(['short', 'idle']),
  /** What began it: the load, pods that went, or as many pods as are allowed. */
  cause: z.enum(['load', 'pods', 'limit']),
  startMs: z.number(),
  endMs: z.number(),
  durationMs: z.number(),
  /** When as many pods as were due were ready, or gone; null: they never were while it lasted. */
  doneMs: z.number().nullable(),
  /** How it ended: the pods were enough (or gone), the load needed them no more (or again), or it had not ended when the recording or the load did. */
  end: z.enum(['done', 'load', 'open']),
  /** The load before it and the most (idle: the usual) in it, in `metric`'s own unit; null: not known. */
  load: z.object({ from: z.number(), to: z.number(), metric: z.string() }).nullable(),
  /** Ready pods when it began, those that were due at its most, and the most (idle, or pods that went: the fewest) that were ready in it. */
  pods: z.object({ from: z.number(), due: z.number(), reached: z.number() }),
  parts: z.array(incidentPartSchema),
  /** Ids of its scale events: expected, observed and lost ones, in the order of time. */
  eventIds: z.array(z.string()),
  culprit: culpritSchema,
  /** Whether our own inputs are in doubt: it is then nobody's lag. */
  isUnclear: z.boolean(),
  /** What its requests paid; null: nothing was asked for, or no steady state is known to compare with. Each request counts in one incident. */
  slow: z
    .object({
      /** Requests that ended in it. */
      requests: z.number(),
      /** Of them, those that were slow, as `slowRequests` counts them. */
      count: z.number(),
      /** p95 of those; null: none was. */
      p95Ms: z.number().nullable(),
      steadyP95Ms: z.number(),
    })
    .nullable(),
  /** Of an idle one: pod-seconds beyond what the load asked for, in all, and those within the settings' windows and delays. */
  idle: z.object({ podSeconds: z.number(), settingsPodSeconds: z.number() }).nullable(),
});
export type Incident = z.infer<typeof incidentSchema>;
