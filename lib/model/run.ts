import { z } from 'zod';
import { code, type Message, messageSchema, sentMessage, type SentMessage } from './message';
import { autoscalerConfigSchema, concurrencyFromSchema } from './autoscaler-config';
import { clientCertificateShownSchema } from './client-certificate';
import { configProblemSchema } from './config-problem';
import { lagPartNames } from './lag-part';
import { runStateSchema } from './life';
import { objectiveChangeSchema, objectiveSchema } from './objective';
import { operatorLoadSchema } from './operator-load';
import { protocolSchema } from './protocol';
import { concurrencySourceSchema } from './recording';
import { scriptFilesInput, scriptFilesShape } from './script-files';
import { verdictSchema, verdictShownSchema } from './verdict';

export { endedStates, runStateSchema, type RunState } from './life';

/** A Knative Service that may be load-tested: nothing else can be a target. */
export const serviceSchema = z.object({
  id: z.string(),
  name: z.string(),
  namespace: z.string(),
  /** `http://host:port` of the gateway, or `https://`. */
  gatewayUrl: z.string(),
  /** The Host header that the gateway routes by. */
  host: z.string(),
  podSelector: z.string(),
  containerConcurrency: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()),
  /** The gateway's Prometheus text, several addresses with spaces or commas between; null: concurrency by Little's law. */
  gatewayMetricsUrl: z.string().nullable(),
  /** Label value that names this service's upstream cluster in the gateway's metrics; empty: match by name. */
  gatewayCluster: z.string().nullable(),
  /** Certificates in PEM that are trusted for the gateway beside the usual ones; null: none. */
  gatewayCa: z.string().nullish(),
  /** Whether the gateway's certificate is not looked at. */
  gatewayUnverified: z.boolean().optional(),
  /** The certificate that the gateway is shown (mTLS); null or none: none. */
  gatewayClient: clientCertificateShownSchema.nullish(),
  /** The kubeconfig's context by which its cluster is asked; null: the current one. */
  kubeContext: z.string().nullable().default(null),
  /** What class kpa reads. */
  concurrencyFrom: concurrencyFromSchema.default('knative'),
  origin: z.enum(['cluster', 'manual']),
  /** What its runs must not exceed; null or none: nothing is asked for. */
  objective: objectiveSchema.nullable().optional(),
  /** What an hour of one pod costs, in whatever currency; null or none: not known. */
  pricePerPodHour: z.number().nullable().optional(),
  /** The template of its link to logs (`logLinkSchema`); never part of a run's own copy of its service. */
  logLink: z.string().nullable().optional(),
});
export type Service = z.infer<typeof serviceSchema>;

/** What became of a threshold. */
const thresholdResultSchema = z.object({
  source: z.string(),
  /** Whether it was met; null: that cannot be told. */
  ok: z.boolean().nullable(),
  /** Where its value is known too roughly to tell: between which bounds it is, in k6's unit; null: without one. */
  between: z.object({ least: z.number().nullable(), most: z.number().nullable() }).optional(),
  /** Why it cannot be evaluated. */
  unknown: messageSchema.optional(),
});
export type ThresholdResult = z.infer<typeof thresholdResultSchema>;

/** The same where metrics are not told apart otherwise. */
export const metricThresholdSchema = thresholdResultSchema.extend({ metric: z.string() });

/** k6's end-of-test summary of one metric, under k6's own names (`avg`, `p(95)`, `count`, `rate`, …); times in ms. */
export const summaryMetricSchema = z.object({
  metric: z.string(),
  type: z.enum(['counter', 'gauge', 'rate', 'trend']),
  contains: z.string(),
  values: z.record(z.string(), z.number()),
  thresholds: z.array(thresholdResultSchema),
});
export const checkResultSchema = z.object({
  name: z.string(),
  path: z.string(),
  passes: z.number(),
  fails: z.number(),
});
export const runSummarySchema = z.object({
  metrics: z.array(summaryMetricSchema),
  checks: z.array(checkResultSchema),
  groups: z.array(z.object({ name: z.string(), path: z.string() })),
  testRunDurationMs: z.number(),
  /** Iterations that k6 broke off when a scenario ended: their requests are in no figure. Left out where k6 did not say. */
  interruptedIterations: z.number().int().optional(),
  /** The load left no totals: only what its thresholds are about is in it, as far as it was recorded. */
  recordedOnly: z.literal(true).optional(),
  /** Of how many runners it was put together: counts, `min` and `max` are exact, percentiles as recorded. Left out: of one. */
  runners: z.number().int().optional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** The figures of a run that lists and comparisons need; null until known. Durations in ms. */
export const runFiguresSchema = z.object({
  requests: z.number().nullable(),
  failures: z.number().nullable(),
  requestsPerSecond: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p90Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  peakReadyPods: z.number().nullable(),
  worstLagMs: z.number().nullable(),
  /** The longest time in which pods were missing, and whether it had not ended, so that it was at least so long; none in runs of an older Scaletrace. */
  worstIncidentMs: z.number().nullable().optional(),
  worstIncidentOpen: z.boolean().nullable().optional(),
  /** Mean of how many pods our calculation and the cluster's autoscaler differed by; none where the cluster's was not known. */
  decidedDifference: z.number().nullable().optional(),
  /** The part that made most of the lags of its scale-ups, what it took of them, and all of them together; none where the cluster did not say. */
  lagPart: z.enum(lagPartNames).nullable().optional(),
  lagPartMs: z.number().nullable().optional(),
  lagMs: z.number().nullable().optional(),
  /** Null: it has none, or none was crossed and of some that cannot be told. */
  thresholdsMet: z.boolean().nullable(),
});
export type RunFigures = z.infer<typeof runFiguresSchema>;

/** The autoscaling that the run was calculated with. */
export const runAutoscalingSchema = z.object({
  config: autoscalerConfigSchema,
  problems: z.array(configProblemSchema),
  /** What we assume, in English. */
  assumptions: z.array(z.string()),
  /** The same as codes; none in runs of an older Scaletrace. */
  assumptionCodes: z.array(messageSchema).optional(),
  /** What of the cluster could not be read, by name and with the right that is missing: in English, and as codes. None in runs of an older Scaletrace. */
  unread: z.array(z.string()).optional(),
  unreadCodes: z.array(messageSchema).optional(),
  concurrencySource: concurrencySourceSchema,
});
export type RunAutoscaling = z.infer<typeof runAutoscalingSchema>;

export const runSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: runStateSchema,
  /** Why it failed, was stopped or interrupted, in English; null otherwise. */
  stateReason: z.string().nullable(),
  /** The reason's code in `messages/` and its data; null also in runs of an older Scaletrace. */
  stateReasonCode: z.string().nullable().default(null),
  stateReasonData: z.record(z.string(), z.unknown()).nullable().default(null),
  service: serviceSchema,
  scriptName: z.string(),
  scriptText: z.string(),
  /** Of a script of several files: the path of `scriptText`, and the files beside it. */
  ...scriptFilesShape,
  env: z.record(z.string(), z.string()),
  /** Variables that whoever asked for it marked as no secret: viewers and links are shown their values. */
  plainEnv: z.array(z.string()).default([]),
  /** Options as k6 consolidated them, from `k6 inspect`. */
  options: z.record(z.string(), z.unknown()),
  k6Version: z.string().nullable(),
  /** What the run was made with: Scaletrace's own version, and the cluster's as its API server gives it; null where unknown. */
  scaletraceVersion: z.string().nullable(),
  clusterVersion: z.string().nullable(),
  /** What made the load: k6, or the tool whose output was imported. */
  engine: z.string(),
  /** How many k6s of this machine shared its load. */
  runners: z.number().int().default(1),
  /** The format of the file that the run was imported from; null for a run that was made here. */
  importedFrom: z.string().nullable(),
  createdAtMs: z.number(),
  /** Zero of the run's clock, Unix ms; null while queued. */
  originMs: z.number().nullable(),
  /** When k6 was started and ended, on the run's clock. */
  loadStartMs: z.number().nullable(),
  loadEndMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  /** How a user has asked the load to end; null: not yet. It goes on until k6 has ended, after its teardown unless killed. */
  stopAsked: z.enum(['graceful', 'kill']).nullable().default(null),
  figures: runFiguresSchema,
  /** What this run asks otherwise than its service; null: nothing. */
  objective: objectiveChangeSchema.nullable().default(null),
  /** Null: it has not ended, or is not judged yet. */
  verdict: verdictSchema.nullable().default(null),
  autoscaling: runAutoscalingSchema.nullable(),
  summary: runSummarySchema.nullable(),
  notes: z.string(),
  tags: z.array(z.string()),
  pinned: z.boolean(),
  /** Retention has merged the recording into steps of this length; null: as recorded, a second a step. */
  thinnedStepMs: z.number().int().nullable(),
  /** What its requests are: those of these protocols, as far as it was recorded. HTTP until the first one is. */
  protocols: z.array(protocolSchema).default(['http']),
  /** Who started it; null where no sign-in was asked. */
  startedBy: z.string().nullable(),
  /** How k6-operator made its load; null: it did not. */
  operator: operatorLoadSchema.nullable().default(null),
});
export type Run = z.infer<typeof runSchema>;

/** What a list of runs shows of one. */
export const runListItemSchema = runSchema
  .pick({
    id: true,
    name: true,
    state: true,
    stateReason: true,
    stateReasonCode: true,
    stateReasonData: true,
    scriptName: true,
    createdAtMs: true,
    originMs: true,
    loadStartMs: true,
    loadEndMs: true,
    endedAtMs: true,
    figures: true,
    protocols: true,
    tags: true,
    pinned: true,
  })
  .extend({
    serviceName: z.string(),
    namespace: z.string(),
    /** Null: it has not ended, or is not judged yet. */
    verdict: verdictShownSchema.nullable(),
    /** Ready pods over the run in a few dozen even steps. */
    podsSpark: z.array(z.number()),
  });
export type RunListItem = z.infer<typeof runListItemSchema>;

/** What of the cluster could not be read, with the code where it has one. */
export function unreadOf(autoscaling: RunAutoscaling | null): (SentMessage & { known: string })[] {
  const { unread = [], unreadCodes = [] } = autoscaling ?? {};
  return unread.map((known, i) => ({
    ...sentMessage(unreadCodes[i]?.code, unreadCodes[i]?.data, known),
    known,
  }));
}

/** What is assumed, with the code where it has one. */
export function assumptionsOf({
  assumptions,
  assumptionCodes = [],
}: Pick<RunAutoscaling, 'assumptions' | 'assumptionCodes'>): (SentMessage & { known: string })[] {
  return assumptions.map((known, i) => ({
    ...sentMessage(assumptionCodes[i]?.code, assumptionCodes[i]?.data, known),
    known,
  }));
}

/** Whether all thresholds were met; null where there is none, or where none was crossed and of some that cannot be told. */
export function areThresholdsMet(summary: RunSummary | null): boolean | null {
  const results = summary?.metrics.flatMap(({ thresholds }) => thresholds) ?? [];
  if (results.some(({ ok }) => ok === false)) return false;
  return results.length === 0 || results.some(({ ok }) => ok === null) ? null : true;
}

/** Of the requests of a run those that failed, as a share; null where either is not known, or there was none. */
export function failedShareOf({
  requests,
  failures,
}: Pick<RunFigures, 'requests' | 'failures'>): number | null {
  return failures === null || !requests ? null : failures / requests;
}

/** Whether a run is a stretch of a board: its service was watched, and nobody counted requests. */
export function isWatched({ engine }: Pick<Run, 'engine'>): boolean {
  return engine === 'none';
}

/** Whether k6 made a run's load, or its output was imported: the summary is k6's own. */
export function isOfK6({ engine }: Pick<Run, 'engine'>): boolean {
  return engine === 'k6' || engine === 'k6-operator';
}

/** Why a run failed, was stopped or interrupted; null: it was none of it. */
export function reasonOf(
  run: Pick<Run, 'stateReason' | 'stateReasonCode' | 'stateReasonData'>,
): Message | null {
  return run.stateReason === null
    ? null
    : sentMessage(run.stateReasonCode, run.stateReasonData, run.stateReason);
}

/** More k6s than this share no machine sensibly: one alone takes several of its processors. */
export const mostLocalRunners = 32;

/** Body of `POST /api/runs`. */
export const startRunSchema = z.strictObject({
  serviceId: z.string().min(1, code('validation.service-missing')),
  /** One of the scripts that ship or were uploaded; with `scriptText` it is only its name. */
  scriptName: z.string().min(1).max(200),
  scriptText: z.string().max(1_000_000).optional(),
  /** Of a script of several files; `scriptText` may be left out where `files` has `entry` too. */
  ...scriptFilesInput,
  env: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, code('validation.variable-name')),
      z.string().max(4000),
    )
    .default({}),
  /** The variables among these that are no secret: viewers and share links show their values, and mask all others. */
  plainEnv: z.array(z.string().max(200)).max(200).default([]),
  name: z.string().max(200).optional(),
  tags: z.array(z.string().min(1).max(50)).max(20).default([]),
  /** What this run asks otherwise than its service. */
  objective: objectiveChangeSchema.optional(),
  /** Load by k6-operator in the service's cluster; left out: by k6 on this machine. */
  operator: operatorLoadSchema.optional(),
  /** How many k6s of this machine share the load, each with its part of every scenario. */
  runners: z
    .number()
    .int()
    .min(1, code('validation.runners'))
    .max(mostLocalRunners, code('validation.runners'))
    .default(1),
});
export type StartRun = Omit<z.infer<typeof startRunSchema>, 'plainEnv' | 'entry' | 'files' | 'runners'> &
  Partial<Pick<z.infer<typeof startRunSchema>, 'plainEnv' | 'entry' | 'files' | 'runners'>>;
