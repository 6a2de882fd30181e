import { z } from 'zod';
import { requestUnits } from '@/lib/model/protocol';
import { code } from '@/lib/model/message';
import { exponentialHistogramSchema } from '@/lib/model/histogram';
import { revisionFiguresSchema } from '@/lib/model/revision-figures';
import { regressionSchema } from '@/lib/model/trend';
import { verdictShownSchema } from '@/lib/model/verdict';
import { runStateSchema } from '@/lib/model/run';

export const leastRuns = 2;
export const mostRuns = 6;

const number = z.number().nullable();
const intervalSchema = z.object({ value: z.number(), low: number, high: number });
/** `ratio`: this run's figure ÷ the reference's; `absolute`: this run's less the reference's. Null bounds: none found. */
export const differenceSchema = z.object({
  kind: z.enum(['ratio', 'absolute']),
  value: z.number(),
  interval: intervalSchema.nullable(),
  verdict: z.enum(['better', 'worse', 'unclear', 'none']),
});
export type FigureDifference = z.infer<typeof differenceSchema>;

export const figureKeys = [
  'requests',
  'rate',
  'failures',
  'mean',
  'p50',
  'p90',
  'p95',
  'p99',
  'firstByteP50',
  'firstByteP95',
  'firstTokenP50',
  'firstTokenP95',
  'perTokenP50',
  'perTokenP95',
  'firstMessageP50',
  'firstMessageP95',
  'tokensPerSecond',
  'tokensPerPodSecond',
  'messagesPerSecond',
  'mostStreams',
  'mostSessions',
  'connectP95',
  'iterations',
  'droppedIterations',
  'failedChecks',
  'peakReadyPods',
  'podSeconds',
  'peakInFlight',
  'peakWaiting',
  'scaleEvents',
  'missedEvents',
  'unexpectedEvents',
  'worstIncident',
  'slowRequests',
  'worstLag',
  'meanLag',
  'requestsInLag',
] as const;
export type FigureKey = (typeof figureKeys)[number];

export const figureSchema = z.object({
  key: z.enum(figureKeys),
  unit: z.enum(['count', 'rate', 'share', 'ms', 'podSeconds']),
  /** By run, in their order; null: not known. */
  values: z.array(number),
  /** By run: whether it was at least that, as an incident that had not ended. */
  isLeast: z.array(z.boolean()),
  /** By run; null for the reference and where either value is not known. */
  differences: z.array(differenceSchema.nullable()),
});
export type ComparedFigure = z.infer<typeof figureSchema>;

const eventSchema = z.object({ atMs: z.number(), from: z.number(), to: z.number() });
/** What was due, what was seen, or both with their lag. */
export const comparedEventSchema = z.object({
  /** Whose pods, where the run had several revisions. */
  revision: z.string().nullable(),
  outcome: z.enum(['matched', 'missed', 'superseded', 'unexpected']),
  due: eventSchema.nullable(),
  seen: eventSchema.extend({ completeMs: number }).nullable(),
  lag: z.object({ decideMs: number, actMs: number, startMs: number, totalMs: number }).nullable(),
});
export type ComparedEvent = z.infer<typeof comparedEventSchema>;

/** One run, small enough to lay six over each other: at most 600 columns. Times on the run's own clock, in ms. */
export const comparedRunSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: runStateSchema,
  serviceName: z.string(),
  namespace: z.string(),
  scriptName: z.string(),
  startedAtMs: z.number(),
  /** When the first request was sent, to the second; 0 where none was. */
  firstRequestMs: z.number(),
  endMs: z.number(),
  /** Columns of requests: ends, requests and failures a second, latencies. The first begins at `fromMs`. */
  load: z.object({
    fromMs: z.number(),
    toMs: z.array(z.number()),
    rate: z.array(z.number()),
    failures: z.array(z.number()),
    p50Ms: z.array(number),
    p95Ms: z.array(number),
  }),
  /** What its protocols did in these columns; what it does not have is missing, null where it has nothing but requests. */
  protocol: z
    .object({
      /** p95, ms. */
      firstByte: z.array(number).optional(),
      firstToken: z.array(number).optional(),
      firstMessage: z.array(number).optional(),
      perToken: z.array(number).optional(),
      /** Streams and sessions. */
      open: z.array(z.number()).optional(),
      /** A second. */
      messages: z.array(z.number()).optional(),
      tokens: z.array(z.number()).optional(),
    })
    .nullable(),
  /** What its requests are. */
  unit: z.enum(requestUnits),
  /** Pods by phase, each from its moment until the next. */
  pods: z.object({
    atMs: z.array(z.number()),
    ready: z.array(z.number()),
    starting: z.array(z.number()),
    pending: z.array(z.number()),
    terminating: z.array(z.number()),
  }),
  /** Replicas that the calculation asks for, each from its moment until the next. */
  desired: z.object({ atMs: z.array(z.number()), replicas: z.array(z.number()) }),
  /** Requests in flight: the most of each column that ends at `atMs`. */
  inFlight: z.object({ spanMs: z.number(), atMs: z.array(z.number()), total: z.array(z.number()) }),
  events: z.array(comparedEventSchema),
  /** What each revision had, in the order in which they came; empty where there was one. */
  revisions: z.array(revisionFiguresSchema),
  /** All durations, in seconds. */
  histogram: exponentialHistogramSchema.nullable(),
  isBaseline: z.boolean(),
  /** It was imported from a file without times: it has nothing to draw over time. */
  hasNoTimes: z.boolean(),
  /** Null: it has not ended. */
  verdict: verdictShownSchema.nullable(),
});
export type ComparedRun = z.infer<typeof comparedRunSchema>;

const settingSections = [
  'service',
  'annotations',
  'autoscaling',
  'script',
  'files',
  'environment',
  'options',
  'versions',
] as const;
export const settingSchema = z.object({
  section: z.enum(settingSections),
  name: z.string(),
  values: z.array(z.string().nullable()),
  differs: z.boolean(),
});
export type ComparedSetting = z.infer<typeof settingSchema>;

/** Changed lines of a file of a run's script against the reference's, as a unified diff has them. */
export const scriptDiffSchema = z.object({
  runId: z.string(),
  /** Its path; null: the file that k6 starts with. */
  file: z.string().nullable(),
  hunks: z.array(z.object({ oldStart: z.number(), newStart: z.number(), lines: z.array(z.string()) })),
  /** There is more than is shown, or the texts differ too much to tell line by line. */
  cut: z.boolean(),
});
export type ScriptDiff = z.infer<typeof scriptDiffSchema>;

const standingSchema = regressionSchema.extend({ runId: z.string() });

export const comparisonSchema = z.object({
  /** The run that the others are held against. */
  referenceId: z.string(),
  runs: z.array(comparedRunSchema),
  /** Ids for which there is no run. */
  missing: z.array(z.string()),
  /** Confidence of each interval on its own. */
  confidence: z.number(),
  figures: z.array(figureSchema),
  regressions: z.array(standingSchema),
  settings: z.array(settingSchema),
  scripts: z.array(scriptDiffSchema),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const id = z.string().min(1).max(100);
/** The runs in an address: `a,b,c`; doubled ones count once. */
const runListSchema = z
  .string({ error: code('validation.runs-parameter') })
  .transform((text) => [
    ...new Set(
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  ])
  .pipe(
    z
      .array(id)
      .min(leastRuns, code('validation.too-few-different-runs'))
      .max(mostRuns, code('validation.most-runs')),
  );

/** Query of `GET /api/compare`. `base`: the reference; otherwise it is the run that began first. */
export const compareQuerySchema = z.object({ runs: runListSchema, base: id.optional() });
export type CompareQuery = z.infer<typeof compareQuerySchema>;
