import { z } from 'zod';
import { clusterReportSchema } from './cluster-report';
import { exponentialHistogramSchema } from './histogram';

/**
 * The shapes of one run's recording. Every `atMs` here is on the run's clock: milliseconds since the run's
 * `originMs` (Unix ms, our own clock), so that requests, pods, concurrency and decisions share one axis.
 * `id` grows with each stored row of its kind: it is the cursor that a live page resumes from.
 */

export const podPhaseSchema = z.enum(['pending', 'starting', 'ready', 'terminating', 'gone']);
/** pending: not running yet; starting: running, not ready; ready; terminating: deletion asked for; gone: deleted. */
export type PodPhase = z.infer<typeof podPhaseSchema>;

export const podEventSchema = z.object({
  id: z.number().int(),
  /** When we received it. */
  atMs: z.number(),
  /** When it happened by the server's clock, put on ours, if the object states it (condition, start, deletion or creation time). */
  serverAtMs: z.number().nullable(),
  /** `LIST` marks what a list told us: at the start, or after a gap. */
  type: z.enum(['LIST', 'ADDED', 'MODIFIED', 'DELETED']),
  uid: z.string(),
  name: z.string(),
  revision: z.string().nullable(),
  phase: podPhaseSchema,
  /** Kubernetes' own word on why, such as CrashLoopBackOff. */
  reason: z.string().nullable(),
  resourceVersion: z.string(),
});
export type PodEvent = z.infer<typeof podEventSchema>;

/** Kubernetes' times count whole seconds: told by more than another second later, an event was told late. */
const lateMs = 2000;

/**
 * Whether an event was told more than a second after it happened by the server's clock: then it was the watch that was
 * late, not the cluster.
 */
export function isLate({ atMs, serverAtMs }: Pick<PodEvent, 'atMs' | 'serverAtMs'>): boolean {
  return serverAtMs !== null && atMs - serverAtMs > lateMs;
}

/**
 * When a pod event happened, on the run's clock: when it was told, or where that was late, by the server's clock. What
 * happened before the run began was so when it began.
 */
export function happenedMs(event: Pick<PodEvent, 'atMs' | 'serverAtMs'>): number {
  return event.serverAtMs !== null && event.serverAtMs >= 0 && isLate(event) ? event.serverAtMs : event.atMs;
}

export const concurrencySourceSchema = z.enum(['gateway', 'knative', 'littles-law']);
export type ConcurrencySource = z.infer<typeof concurrencySourceSchema>;

/** Mean in-flight requests over the second that ends at `atMs`, waiting ones included in `total`. */
export const concurrencySampleSchema = z.object({
  id: z.number().int(),
  atMs: z.number(),
  source: concurrencySourceSchema,
  /** Requests inside pods; null where the source cannot tell them apart. */
  active: z.number().nullable(),
  /** Requests waiting at the gateway; null where the source cannot tell them apart. */
  waiting: z.number().nullable(),
  total: z.number(),
  /**
   * What of `total` is of each revision, by its name. None where the source does not tell revisions apart, or knew one
   * only.
   */
  byRevision: z.record(z.string(), z.number()).nullish(),
  /**
   * True: not a second's mean but one reading, taken because load met zero pods and the calculation had to run at
   * once (spec, section 3, poke). The mean of that second follows as a row of its own.
   */
  instant: z.boolean(),
});
export type ConcurrencySample = z.infer<typeof concurrencySampleSchema>;

export const recordingGapSchema = z.object({
  id: z.number().int(),
  /** activator: what the activators have was not read, or not of all of them. */
  what: z.enum(['pods', 'concurrency', 'requests', 'decisions', 'reports', 'activator']),
  fromMs: z.number(),
  /** Null while it lasts. */
  toMs: z.number().nullable(),
  /** English. */
  reason: z.string(),
  /** The reason's code in `messages/` and its data; none in runs of an older Scaletrace. */
  code: z.string().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
});
export type RecordingGap = z.infer<typeof recordingGapSchema>;

export const metricTypeSchema = z.enum(['counter', 'gauge', 'rate', 'trend']);

/** One k6 metric with one set of tags. */
export const metricSeriesSchema = z.object({
  id: z.number().int(),
  /** k6's own name, such as `http_req_duration`. */
  metric: z.string(),
  type: metricTypeSchema,
  /** What the values are: times are recorded in seconds. */
  unit: z.enum(['seconds', 'bytes', 'none']),
  tags: z.record(z.string(), z.string()),
});
export type MetricSeries = z.infer<typeof metricSeriesSchema>;

/** Tells sets of tags apart, in whatever order they are named. */
export function tagsKeyOf(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What one series did in the second that ends at `atMs`: a counter's increase, a gauge's value, a trend's histogram. */
export const metricPointSchema = z.object({
  id: z.number().int(),
  seriesId: z.number().int(),
  atMs: z.number(),
  value: z.number().nullable(),
  histogram: exponentialHistogramSchema.nullable(),
});
export type MetricPoint = z.infer<typeof metricPointSchema>;

const decisionNumbersSchema = z.object({
  /** False: no data, so no decision; the numbers below are then what they were. */
  valid: z.boolean(),
  readyPods: z.number().int(),
  /** The decider's answer before min and max. */
  desiredPods: z.number().int(),
  /** What the replicas should be after this tick: bounded, with scale-to-zero rules. */
  replicas: z.number().int(),
  stableAverage: z.number().nullable(),
  panicAverage: z.number().nullable(),
  panicMode: z.boolean(),
  /** The rule that bound it, `lib/autoscaling`'s word. */
  boundBy: z.string(),
  /** The numbers that went in, `lib/autoscaling`'s `DecisionReason`. */
  reason: z.record(z.string(), z.unknown()),
});

/** What the autoscaler of one revision decided. */
export const decisionPartSchema = decisionNumbersSchema.extend({ revision: z.string() });
export type DecisionPart = z.infer<typeof decisionPartSchema>;

/** One tick of the autoscaling calculation over the recording. */
export const decisionSchema = z.object({
  id: z.number().int(),
  atMs: z.number(),
  ...decisionNumbersSchema.shape,
  /**
   * The revision that was calculated at this tick, where each of several is by itself: the numbers above are then those
   * of all of them together. None where the calculation takes the service as one.
   */
  part: decisionPartSchema.nullish(),
});
export type Decision = z.infer<typeof decisionSchema>;

/** The decision of a row that has its fields in this order. */
export function decisionOf(
  id: number,
  atMs: number,
  valid: boolean,
  readyPods: number,
  desiredPods: number,
  replicas: number,
  stableAverage: number | null,
  panicAverage: number | null,
  panicMode: boolean,
  boundBy: string,
  reason: Decision['reason'],
  part: DecisionPart | null = null,
): Decision {
  return {
    id,
    atMs,
    valid,
    readyPods,
    desiredPods,
    replicas,
    stableAverage,
    panicAverage,
    panicMode,
    boundBy,
    reason,
    ...(part ? { part } : {}),
  };
}

/** A line of k6's log. */
export const logLineSchema = z.object({
  id: z.number(),
  atMs: z.number(),
  level: z.string(),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** One second of what was taken for a run's past: the load over the second that ends at `atMs`, before 0 or soon after. */
export const pastSecondSchema = z.object({
  atMs: z.number(),
  value: z.number(),
  readyPods: z.number(),
  /** read: by this run, before its load; before: by a run or board before it; idle: by nobody, while pods were ready. */
  from: z.enum(['read', 'before', 'idle']),
});
export type PastSecond = z.infer<typeof pastSecondSchema>;

/** What the calculation's windows held as a load began. */
export const pastSchema = z.object({
  /** Whose it is, where each of several is calculated by itself; null: the service's. */
  revision: z.string().nullable(),
  /** Whether the load before was recorded, so that no pod is held for want of knowing what it was made for. */
  known: z.boolean(),
  seconds: z.array(pastSecondSchema),
});
export type RecordedPast = z.infer<typeof pastSchema>;

/** All that a run recorded, or what is new since a cursor. */
export const recordingSchema = z.object({
  series: z.array(metricSeriesSchema),
  points: z.array(metricPointSchema),
  podEvents: z.array(podEventSchema),
  concurrency: z.array(concurrencySampleSchema),
  decisions: z.array(decisionSchema),
  /** None in recordings of an older Scaletrace, and of services that no cluster was asked about. */
  reports: z.array(clusterReportSchema).optional(),
  gaps: z.array(recordingGapSchema),
  /** None in recordings of an older Scaletrace, and where nothing came before the load. */
  past: z.array(pastSchema).optional(),
});
export type Recording = z.infer<typeof recordingSchema>;
