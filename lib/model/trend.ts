import { z } from 'zod';
import { code } from './message';
import { messageSchema } from './message';
import { protocolSchema } from './protocol';
import { runFiguresSchema, runStateSchema } from './run';
import { verdictShownSchema } from './verdict';

/** What the test of a regression looks at: two places of the histograms, and the failures. */
export const testedFigures = ['p50', 'p95', 'failures'] as const;
export type TestedFigure = (typeof testedFigures)[number];

const name = z.string().trim().min(1).max(200);
/** Query of `GET /api/trends`; without them the script and service with the newest run. */
export const trendQuerySchema = z.object({ service: name.optional(), script: name.optional() });
export type TrendQuery = z.infer<typeof trendQuerySchema>;

/** How a run stands against another that it is held against. */
export const regressionSchema = z.object({
  /** False: one of the runs is too short for the test of its requests. */
  tested: z.boolean(),
  /** What the test finds worse. */
  worse: z.array(z.enum(testedFigures)),
  /** How many more such runs it takes to tell, where the intervals are too wide to say that nothing got worse; 0: it is told. */
  again: z.number().int().nonnegative(),
  /** What else got worse: the verdict, a threshold, an incident. */
  also: z.array(messageSchema),
});
export type RegressionVerdict = z.infer<typeof regressionSchema>;

export const trendRunSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: runStateSchema,
  startedAtMs: z.number(),
  namespace: z.string(),
  figures: runFiguresSchema,
  /** What its requests are. */
  protocols: z.array(protocolSchema),
  /** Null: it has not ended, or is not judged yet. */
  verdict: verdictShownSchema.nullable(),
  isBaseline: z.boolean(),
  /** Against the baseline; null: there is none, it is this run, or this run has not ended. */
  regression: regressionSchema.nullable(),
});
export type TrendRun = z.infer<typeof trendRunSchema>;

export const trendSchema = z.object({
  pairs: z.array(z.object({ serviceName: z.string(), scriptName: z.string(), runs: z.number() })),
  /** The script and service shown; null: there is no run at all. */
  serviceName: z.string().nullable(),
  scriptName: z.string().nullable(),
  /** In the order of time; only the newest of many. */
  runs: z.array(trendRunSchema),
});
export type Trend = z.infer<typeof trendSchema>;

export const runBaselineSchema = z.object({
  /** The run that this one is held against; null: none is chosen for its script and service. */
  baseline: z.object({ runId: z.string(), name: z.string() }).nullable(),
  regression: regressionSchema.nullable(),
});
export type RunBaseline = z.infer<typeof runBaselineSchema>;

/** A run that is the baseline of others, and how many they are. */
export const heldAgainstSchema = z.object({ runId: z.string(), name: z.string(), runs: z.number().int() });
export type HeldAgainst = z.infer<typeof heldAgainstSchema>;

/** The runs that are asked for, as ids with commas between. */
export const regressionsQuerySchema = z.object({
  ids: z
    .string()
    .transform((text) => text.split(',').filter((id) => id !== ''))
    .pipe(
      z
        .array(z.string().max(100))
        .min(1, code('validation.no-runs'))
        .max(100, code('validation.too-many-runs')),
    ),
});

/** By run id: only runs that have a baseline and are not one themselves. */
export const regressionsSchema = z.object({ regressions: z.record(z.string(), regressionSchema) });
