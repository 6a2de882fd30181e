import { z } from 'zod';
import { code } from './message';

const mostMs = 3_600_000;
const time = z
  .number(code('validation.objective-time'))
  .min(0, code('validation.objective-time'))
  .max(mostMs, code('validation.objective-time'));
const share = z
  .number(code('validation.objective-share'))
  .min(0, code('validation.objective-share'))
  .max(1, code('validation.objective-share'));
const count = z
  .number(code('validation.objective-count'))
  .int(code('validation.objective-count'))
  .min(0, code('validation.objective-count'))
  .max(1_000_000, code('validation.objective-count'));

/** What each part of an objective may be; null: not judged. Times in ms, shares from 0 to 1. */
const parts = {
  /** Requests slower than this are slow; at most `slowShare` of all may be. */
  slowerThanMs: time.nullable(),
  slowShare: share.nullable(),
  /** At most this share of the requests may fail; without it, a run fails where most of them do. */
  failedShare: share.nullable(),
  /** How long more requests may be in flight than the ready pods take at once. */
  overLimitMs: time.nullable(),
  /** How many requests may wait at the gateway at once. */
  mostWaiting: count.nullable(),
  /** How often load may meet no ready pod. */
  coldStarts: count.nullable(),
  /** How long an incident may last: from a change of load until enough pods are ready. */
  incidentMs: time.nullable(),
  /** How late a scale-up may be: from when it was due until its last pod is ready. */
  lagMs: time.nullable(),
  /** Whether a run that is surely worse than the baseline of its script and service fails. */
  regression: z.boolean(),
};

/** What a run must not exceed. None asked for: only thresholds, failures and scale-ups that never came are judged. */
export const objectiveSchema = z
  .strictObject({
    slowerThanMs: parts.slowerThanMs.default(null),
    slowShare: parts.slowShare.default(null),
    failedShare: parts.failedShare.default(null),
    overLimitMs: parts.overLimitMs.default(null),
    mostWaiting: parts.mostWaiting.default(null),
    coldStarts: parts.coldStarts.default(null),
    incidentMs: parts.incidentMs.default(null),
    lagMs: parts.lagMs.default(null),
    regression: parts.regression.default(false),
  })
  .refine(({ slowerThanMs, slowShare }) => slowerThanMs === null || slowShare !== null, {
    path: ['slowShare'],
    error: code('validation.objective-slow-share'),
  })
  .refine(({ slowerThanMs, slowShare }) => slowShare === null || slowerThanMs !== null, {
    path: ['slowerThanMs'],
    error: code('validation.objective-slower-than'),
  });
export type Objective = z.infer<typeof objectiveSchema>;

/** What one run asks otherwise than its service: what is left out is as the service asks. */
export const objectiveChangeSchema = z
  .strictObject(parts)
  .partial()
  .refine(({ slowerThanMs = null, slowShare = null }) => (slowerThanMs === null) === (slowShare === null), {
    path: ['slowShare'],
    error: code('validation.objective-slow-share'),
  });
export type ObjectiveChange = z.infer<typeof objectiveChangeSchema>;

/** Nothing is asked for. */
export const noObjective: Objective = objectiveSchema.parse({});

/** Whether anything is asked for beyond what every run is judged by. */
export function asksForMore(objective: Objective): boolean {
  return Object.values(objective).some((part) => part !== null && part !== false);
}
